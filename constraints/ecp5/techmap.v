// What Yosys does not find by itself on an ECP5.

// sum = a + (b ^ c) in one carry chain, two bits a CCU2C: the xor sits in the LUT in front of the carry, so that a ChaCha step
// costs no LUT and no delay beyond its adder.
//
// A CCU2C's LUT is indexed by {D, C, B, A}. With D = 1 the upper half of INIT counts, 0x96: a ^ b ^ c, which is both the sum less
// its carry and the choice whether the carry goes on. Where it does not, the carry out is what the lowest four bits make of A and
// B, 0xA: a. Yosys' own map of an adder uses the same INIT with C for subtraction.
module add_xor (a, b, c, sum);
    parameter [15:0] INIT = 16'h96AA;

    input [31:0] a, b, c;
    output [31:0] sum;

    wire [16:0] carry;
    assign carry[0] = 1'b0;

    genvar i;
    generate
        for (i = 0; i < 16; i = i + 1) begin : pair
            CCU2C #(.INIT0(INIT), .INIT1(INIT), .INJECT1_0("NO"), .INJECT1_1("NO")) chain (
                .CIN(carry[i]), .COUT(carry[i + 1]),
                .A0(a[2 * i]), .B0(b[2 * i]), .C0(c[2 * i]), .D0(1'b1), .S0(sum[2 * i]),
                .A1(a[2 * i + 1]), .B1(b[2 * i + 1]), .C1(c[2 * i + 1]), .D1(1'b1), .S1(sum[2 * i + 1])
            );
        end
    endgenerate
endmodule
