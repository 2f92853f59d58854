`define MOCK mock_k4w32
`define K 4
`define W 32
`include "mock_core.vh"
