// A register of every width at which the binding changes its type, and a way round it, to test the binding.
module widths(clock, i1, i7, i8, i9, i16, i17, i31, i32, i33, i63, i64, i65, i96, i128, i160, i511, i512,
              o1, o7, o8, o9, o16, o17, o31, o32, o33, o63, o64, o65, o96, o128, o160, o511, o512, sum);
  input wire clock;
  input wire i1;
  input wire [6:0] i7;
  input wire [7:0] i8;
  input wire [8:0] i9;
  input wire [15:0] i16;
  input wire [16:0] i17;
  input wire [30:0] i31;
  input wire [31:0] i32;
  input wire [32:0] i33;
  input wire [62:0] i63;
  input wire [63:0] i64;
  input wire [64:0] i65;
  input wire [95:0] i96;
  input wire [127:0] i128;
  input wire [159:0] i160;
  input wire [510:0] i511;
  input wire [511:0] i512;
  output reg o1;
  output reg [6:0] o7;
  output reg [7:0] o8;
  output reg [8:0] o9;
  output reg [15:0] o16;
  output reg [16:0] o17;
  output reg [30:0] o31;
  output reg [31:0] o32;
  output reg [32:0] o33;
  output reg [62:0] o63;
  output reg [63:0] o64;
  output reg [64:0] o65;
  output reg [95:0] o96;
  output reg [127:0] o128;
  output reg [159:0] o160;
  output reg [510:0] o511;
  output reg [511:0] o512;
  // Without a clock: follows its inputs at once.
  output wire [31:0] sum;
  assign sum = i32 + o32;
  always @(posedge clock) begin
    o1 <= i1; o7 <= i7; o8 <= i8; o9 <= i9; o16 <= i16; o17 <= i17; o31 <= i31; o32 <= i32; o33 <= i33;
    o63 <= i63; o64 <= i64; o65 <= i65; o96 <= i96; o128 <= i128; o160 <= i160; o511 <= i511; o512 <= i512;
  end
endmodule
