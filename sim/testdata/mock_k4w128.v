`define MOCK mock_k4w128
`define K 4
`define W 128
`include "mock_core.vh"
