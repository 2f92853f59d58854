// A circuit without a clock.
module wires(a, b, both);
  input wire [39:0] a;
  input wire [39:0] b;
  output wire [79:0] both;
  assign both = {a, b};
endmodule
