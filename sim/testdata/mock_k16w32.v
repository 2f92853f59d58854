`define MOCK mock_k16w32
`define K 16
`define W 32
`include "mock_core.vh"
