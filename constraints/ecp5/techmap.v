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

// The product of hdl/src/digit.rs. A bit of each addend is two LUTs and the slice's multiplexer.
module multiply_4 (digit, fresh, factor, carry, product);
    parameter [15:0] INIT = 16'hE11E;

    input [21:0] digit, fresh;
    input [7:0] factor;
    input [5:0] carry;
    output [25:0] product;

    wire [25:0] one = {4'h0, digit};
    wire [25:0] two = {3'h0, digit, carry[5]};
    wire [25:0] four = {2'h0, digit, 2'h0};
    wire [25:0] eight = {1'h0, digit, carry[2], 2'h0};
    wire [25:0] sixteen = {digit, carry[3:2], 2'h0};
    wire [25:0] added = {4'h0, fresh};
    wire [25:0] a, b, c, d;

    genvar i;
    generate
        // The lowest two bits of the carry, which count as set with carry[4]. A is a carry's bit and B is carry[4].
        for (i = 0; i < 2; i = i + 1) begin : below
            wire [1:0] of_b, of_d;
            // (A | B) & (C | D): any power.
            LUT4 #(.INIT(16'hEEE0)) power (.A(carry[i]), .B(carry[4]), .C(factor[0]), .D(factor[1]), .Z(a[i]));
            // D & (A | B) & C, and the same with !C: what three multiples carry, nothing being four less there.
            LUT4 #(.INIT(16'hE000)) more (.A(carry[i]), .B(carry[4]), .C(one[i]), .D(factor[6]), .Z(of_b[0]));
            LUT4 #(.INIT(16'h0E00)) fewer (.A(carry[i]), .B(carry[4]), .C(one[i]), .D(factor[6]), .Z(of_b[1]));
            PFUMX three (.BLUT(of_b[0]), .ALUT(of_b[1]), .C0(factor[4]), .Z(b[i + 1]));
            LUT4 #(.INIT(16'hAA00)) new (.A(added[i]), .B(1'b0), .C(1'b0), .D(factor[7]), .Z(of_d[0]));
            LUT4 #(.INIT(16'hEE00)) fourth (.A(carry[i]), .B(carry[4]), .C(1'b0), .D(factor[7]), .Z(of_d[1]));
            PFUMX less (.BLUT(of_d[0]), .ALUT(of_d[1]), .C0(factor[5]), .Z(d[i]));
        end
        for (i = 2; i < 26; i = i + 1) begin : above
            wire [1:0] of_a, of_d;
            // D ? B : 0 and D ? B : A: the power.
            LUT4 #(.INIT(16'hCC00)) low_power (.A(1'b0), .B(four[i]), .C(1'b0), .D(factor[0]), .Z(of_a[0]));
            LUT4 #(.INIT(16'hCCAA)) high_power (.A(eight[i]), .B(sixteen[i]), .C(1'b0), .D(factor[0]), .Z(of_a[1]));
            PFUMX power (.BLUT(of_a[0]), .ALUT(of_a[1]), .C0(factor[1]), .Z(a[i]));
            // D & A, and !B ^ (D & C): fresh, four less.
            LUT4 #(.INIT(16'hAA00)) new (.A(added[i]), .B(1'b0), .C(1'b0), .D(factor[7]), .Z(of_d[0]));
            LUT4 #(.INIT(16'hC333)) fourth (.A(1'b0), .B(four[i]), .C(sixteen[i]), .D(factor[7]), .Z(of_d[1]));
            PFUMX less (.BLUT(of_d[0]), .ALUT(of_d[1]), .C0(factor[5]), .Z(d[i]));
        end
        for (i = 2; i < 25; i = i + 1) begin : carries
            wire [1:0] of_b;
            // D and two of A, !B, C, and the same with !C.
            LUT4 #(.INIT(16'hB200)) more (.A(sixteen[i]), .B(four[i]), .C(one[i]), .D(factor[6]), .Z(of_b[0]));
            LUT4 #(.INIT(16'h2B00)) fewer (.A(sixteen[i]), .B(four[i]), .C(one[i]), .D(factor[6]), .Z(of_b[1]));
            PFUMX three (.BLUT(of_b[0]), .ALUT(of_b[1]), .C0(factor[4]), .Z(b[i + 1]));
        end
        for (i = 0; i < 26; i = i + 1) begin : beside
            wire [1:0] of_c;
            // C & A | D & B, and not so: once and twice.
            LUT4 #(.INIT(16'hECA0)) more (.A(one[i]), .B(two[i]), .C(factor[2]), .D(factor[3]), .Z(of_c[0]));
            LUT4 #(.INIT(16'h135F)) fewer (.A(one[i]), .B(two[i]), .C(factor[2]), .D(factor[3]), .Z(of_c[1]));
            PFUMX minus (.BLUT(of_c[0]), .ALUT(of_c[1]), .C0(factor[4]), .Z(c[i]));
        end
    endgenerate
    assign b[0] = 1'b0;

    sum_of_pairs #(.INIT(INIT)) sum (.a(a), .b(b), .c(c), .d(d), .minus(factor[4]), .more(carry[4]), .sum(product));
endmodule

// The same for four channels: a LUT a bit of three addends.
module multiply_2 (digit, fresh, factor, carry, product);
    parameter [15:0] INIT = 16'hE11E;

    input [21:0] digit, fresh;
    input [7:0] factor;
    input [5:0] carry;
    output [25:0] product;

    wire [25:0] one = {4'h0, digit};
    wire [25:0] two = {3'h0, digit, 1'h0};
    wire [25:0] four = {2'h0, digit, carry[1:0]};
    wire [25:0] added = {4'h0, fresh};
    wire [25:0] a, c, d;

    genvar i;
    generate
        for (i = 0; i < 26; i = i + 1) begin : addends
            LUT4 #(.INIT(16'h8888)) power (.A(four[i]), .B(factor[0]), .C(1'b0), .D(1'b0), .Z(a[i]));
            // C ? !A : D ? !B : 0: once and twice.
            LUT4 #(.INIT(16'h5350)) less (.A(one[i]), .B(two[i]), .C(factor[2]), .D(factor[3]), .Z(c[i]));
            LUT4 #(.INIT(16'h8888)) new (.A(added[i]), .B(factor[7]), .C(1'b0), .D(1'b0), .Z(d[i]));
        end
    endgenerate
    sum_of_pairs #(.INIT(INIT)) sum (.a(a), .b(26'h0), .c(c), .d(d), .minus(factor[4]), .more(carry[4]), .sum(product));
endmodule

// (a | b) + (c ^ d) + one in one carry chain, whose first bit is below the sum's and takes C or D. As in `add_xor`, but for A | B: the choice is 0xE where C and D are the
// same and 0x1 where not, and where the carry does not go on, it is A | B.
module sum_of_pairs (a, b, c, d, minus, more, sum);
    parameter [15:0] INIT = 16'hE11E;

    input [25:0] a, b, c, d;
    input minus, more;
    output [25:0] sum;

    wire [27:0] first = {1'b0, a, 1'b1};
    wire [27:0] first_too = {1'b0, b, 1'b0};
    wire [27:0] second = {1'b0, c, minus};
    wire [27:0] second_too = {1'b0, d, more};
    wire [27:0] whole;
    assign sum = whole[26:1];

    wire [14:0] chained;
    assign chained[0] = 1'b0;
    genvar i;
    generate
        for (i = 0; i < 14; i = i + 1) begin : pair
            CCU2C #(.INIT0(i == 0 ? 16'h111E : INIT), .INIT1(INIT), .INJECT1_0("NO"), .INJECT1_1("NO")) chain (
                .CIN(chained[i]), .COUT(chained[i + 1]),
                .A0(first[2 * i]), .B0(first_too[2 * i]), .C0(second[2 * i]), .D0(second_too[2 * i]), .S0(whole[2 * i]),
                .A1(first[2 * i + 1]), .B1(first_too[2 * i + 1]), .C1(second[2 * i + 1]), .D1(second_too[2 * i + 1]), .S1(whole[2 * i + 1])
            );
        end
    endgenerate
endmodule

// Where a carry stands, hdl/src/digit.rs: a LUT a bit. A LUT is indexed by {into, carry[3:2]}; FULL is nothing, carry[2], carry[3] and
// both.
module place_4 (carry, into, placed);
    parameter [15:0] FULL = 16'h8CA0;

    input [3:0] carry;
    input [1:0] into;
    output [5:0] placed;

    assign placed[1:0] = carry[1:0];
    LUT4 #(.INIT(16'hDEAA)) two (.A(carry[2]), .B(carry[3]), .C(into[0]), .D(into[1]), .Z(placed[2]));
    LUT4 #(.INIT(16'hECEC)) three (.A(carry[2]), .B(carry[3]), .C(into[0]), .D(into[1]), .Z(placed[3]));
    LUT4 #(.INIT(FULL)) full (.A(carry[2]), .B(carry[3]), .C(into[0]), .D(into[1]), .Z(placed[4]));
    LUT4 #(.INIT(16'h0800)) doubled (.A(carry[0]), .B(carry[3]), .C(into[0]), .D(into[1]), .Z(placed[5]));
endmodule

// One of four words, hdl/src/pick.rs: which[0] picks in two LUTs, which[1] between them in the slice's own multiplexer. Yosys takes
// three LUTs for it. A LUT is indexed by {D, C, B, A}; 0xCA is C ? B : A.
module pick_32 (a, b, c, d, which, picked);
    input [31:0] a, b, c, d;
    input [1:0] which;
    output [31:0] picked;
    pick #(.W(32)) _TECHMAP_REPLACE_ (
        .a(a), .b(b), .c(c), .d(d), .which(which), .picked(picked)
    );
endmodule

module pick_128 (a, b, c, d, which, picked);
    input [127:0] a, b, c, d;
    input [1:0] which;
    output [127:0] picked;
    pick #(.W(128)) _TECHMAP_REPLACE_ (
        .a(a), .b(b), .c(c), .d(d), .which(which), .picked(picked)
    );
endmodule

module pick (a, b, c, d, which, picked);
    parameter W = 32;
    parameter [15:0] INIT = 16'hCACA;

    input [W-1:0] a, b, c, d;
    input [1:0] which;
    output [W-1:0] picked;

    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : one
            wire low, high;
            LUT4 #(.INIT(INIT)) low_half (.A(a[i]), .B(b[i]), .C(which[0]), .D(1'b0), .Z(low));
            LUT4 #(.INIT(INIT)) high_half (.A(c[i]), .B(d[i]), .C(which[0]), .D(1'b0), .Z(high));
            PFUMX between (.BLUT(low), .ALUT(high), .C0(which[1]), .Z(picked[i]));
        end
    endgenerate
endmodule

// Whether two numbers of four bits are the same, hdl/src/same.rs. A LUT is indexed by {D, C, B, A}; 0x9009 is A == B and C == D.
module same_4 (a, b, asked, same);
    parameter [15:0] INIT = 16'h9009;

    input [3:0] a, b;
    input asked;
    output same;

    wire low, high;
    LUT4 #(.INIT(INIT)) low_half (.A(a[0]), .B(b[0]), .C(a[1]), .D(b[1]), .Z(low));
    LUT4 #(.INIT(INIT)) high_half (.A(a[2]), .B(b[2]), .C(a[3]), .D(b[3]), .Z(high));
    LUT4 #(.INIT(16'h0080)) both (.A(low), .B(high), .C(asked), .D(1'b0), .Z(same));
endmodule

// A port's share after a step of the draw, hdl/src/exchange.rs: two LUTs in a row, the second of which its register takes in. 0xCA is C ? B : A, 0xCAAA is
// C & D ? B : A.
module exchange_4 (share, has_i, i, j, step, after);
    parameter [15:0] INIT = 16'h9009;

    input [3:0] share, i, j;
    input has_i, step;
    output [3:0] after;

    wire low, high;
    LUT4 #(.INIT(INIT)) low_half (.A(share[0]), .B(j[0]), .C(share[1]), .D(j[1]), .Z(low));
    LUT4 #(.INIT(INIT)) high_half (.A(share[2]), .B(j[2]), .C(share[3]), .D(j[3]), .Z(high));

    genvar b;
    generate
        for (b = 0; b < 4; b = b + 1) begin : one
            wire other, its_own;
            LUT4 #(.INIT(16'hCACA)) is_i (.A(share[b]), .B(j[b]), .C(has_i), .D(1'b0), .Z(other));
            LUT4 #(.INIT(16'hCACA)) is_j (.A(share[b]), .B(i[b]), .C(step), .D(1'b0), .Z(its_own));
            LUT4 #(.INIT(16'hCAAA)) either (.A(other), .B(its_own), .C(low), .D(high), .Z(after[b]));
        end
    endgenerate
endmodule

// Whether pieces move up, hdl/src/advance.rs: a LUT of five inputs each.
module advance (m_waits, r_waits, m_here, r_here, stayed, fits_m, fits_ahead, room, m_moves, r_moves);
    parameter [15:0] INIT = 16'hDDFD;

    input m_waits, r_waits, m_here, r_here, stayed, fits_m, fits_ahead, room;
    output m_moves, r_moves;

    wire [1:0] of_m, of_r;
    // All but A & B & !C.
    LUT4 #(.INIT(16'hF7F7)) came (.A(m_waits), .B(m_here), .C(fits_ahead), .D(1'b0), .Z(of_m[0]));
    LUT4 #(.INIT(16'hF7F7)) stays (.A(m_waits), .B(m_here), .C(fits_m), .D(1'b0), .Z(of_m[1]));
    PFUMX m (.BLUT(of_m[0]), .ALUT(of_m[1]), .C0(stayed), .Z(m_moves));
    // !A, and !A | B | (C & !D).
    LUT4 #(.INIT(16'h5555)) full (.A(r_waits), .B(1'b0), .C(1'b0), .D(1'b0), .Z(of_r[0]));
    LUT4 #(.INIT(INIT)) roomy (.A(r_waits), .B(m_waits), .C(m_here), .D(r_here), .Z(of_r[1]));
    PFUMX r (.BLUT(of_r[0]), .ALUT(of_r[1]), .C0(room), .Z(r_moves));
endmodule

// Whether a word is taken from its queue, hdl/src/refill.rs, likewise.
module refill (held, ends, refused, offered, reset, pops);
    parameter [15:0] INIT = 16'h0020;

    input held, ends, refused, offered, reset;
    output pops;

    wire [1:0] of_held;
    // A & !B, and that with C & !D.
    LUT4 #(.INIT(16'h2222)) empty (.A(offered), .B(reset), .C(1'b0), .D(1'b0), .Z(of_held[0]));
    LUT4 #(.INIT(INIT)) full (.A(offered), .B(reset), .C(ends), .D(refused), .Z(of_held[1]));
    PFUMX either (.BLUT(of_held[0]), .ALUT(of_held[1]), .C0(held), .Z(pops));
endmodule

// The block memories of hdl/src/memory.rs: Yosys leaves their second register outside the block RAM, whose clock-to-output is 5.8 ns
// without its own and 0.5 with it. Yosys has no model of this cell, so nothing is proven here; the pins follow Yosys' own map.
module block_memory_8x32 (clock, write, write_address, write_data, read_address, read_data);
    input clock, write;
    input [7:0] write_address, read_address;
    input [31:0] write_data;
    output [31:0] read_data;
    block_memory #(.A(8), .W(32)) _TECHMAP_REPLACE_ (
        .clock(clock), .write(write), .write_address(write_address), .write_data(write_data),
        .read_address(read_address), .read_data(read_data)
    );
endmodule

module block_memory_8x128 (clock, write, write_address, write_data, read_address, read_data);
    input clock, write;
    input [7:0] write_address, read_address;
    input [127:0] write_data;
    output [127:0] read_data;
    block_memory #(.A(8), .W(128)) _TECHMAP_REPLACE_ (
        .clock(clock), .write(write), .write_address(write_address), .write_data(write_data),
        .read_address(read_address), .read_data(read_data)
    );
endmodule

// As many block RAMs side by side as the word takes, 18 bits each: port A writes, port B reads through its output register.
module block_memory (clock, write, write_address, write_data, read_address, read_data);
    parameter A = 8;
    parameter W = 32;
    localparam PARTS = (W + 17) / 18;

    input clock, write;
    input [A-1:0] write_address, read_address;
    input [W-1:0] write_data;
    output [W-1:0] read_data;

    // The cell's words of 18 bits have ten address bits, from pin 4 on; pins 0 and 1 enable the written bytes.
    wire [9:0] to = write_address;
    wire [9:0] from = read_address;
    wire [18*PARTS-1:0] data_in = write_data;
    wire [18*PARTS-1:0] data_out;
    assign read_data = data_out[W-1:0];

    genvar i;
    generate
        for (i = 0; i < PARTS; i = i + 1) begin : part
            wire [17:0] in = data_in[18*i +: 18];
            wire [17:0] out;
            assign data_out[18*i +: 18] = out;
            DP16KD #(
                .DATA_WIDTH_A(18), .REGMODE_A("NOREG"), .CLKAMUX("CLKA"), .WRITEMODE_A("NORMAL"), .CSDECODE_A("0b000"),
                .DATA_WIDTH_B(18), .REGMODE_B("OUTREG"), .CLKBMUX("CLKB"), .WRITEMODE_B("NORMAL"), .CSDECODE_B("0b000"),
                .RESETMODE("SYNC"), .ASYNC_RESET_RELEASE("SYNC"), .GSR("AUTO")
            ) memory (
                .CLKA(clock), .WEA(write), .CEA(1'b1), .OCEA(1'b1), .RSTA(1'b0), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0),
                .CLKB(clock), .WEB(1'b0), .CEB(1'b1), .OCEB(1'b1), .RSTB(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0),
                .ADA0(1'b1), .ADA1(1'b1), .ADA2(1'b0), .ADA3(1'b0), .ADA4(to[0]), .ADA5(to[1]), .ADA6(to[2]),
                .ADA7(to[3]), .ADA8(to[4]), .ADA9(to[5]), .ADA10(to[6]), .ADA11(to[7]), .ADA12(to[8]), .ADA13(to[9]),
                .DIA0(in[0]), .DIA1(in[1]), .DIA2(in[2]), .DIA3(in[3]), .DIA4(in[4]), .DIA5(in[5]), .DIA6(in[6]), .DIA7(in[7]), .DIA8(in[8]),
                .DIA9(in[9]), .DIA10(in[10]), .DIA11(in[11]), .DIA12(in[12]), .DIA13(in[13]), .DIA14(in[14]), .DIA15(in[15]), .DIA16(in[16]), .DIA17(in[17]),
                .ADB0(1'b0), .ADB1(1'b0), .ADB2(1'b0), .ADB3(1'b0), .ADB4(from[0]), .ADB5(from[1]), .ADB6(from[2]),
                .ADB7(from[3]), .ADB8(from[4]), .ADB9(from[5]), .ADB10(from[6]), .ADB11(from[7]), .ADB12(from[8]), .ADB13(from[9]),
                .DOB0(out[0]), .DOB1(out[1]), .DOB2(out[2]), .DOB3(out[3]), .DOB4(out[4]), .DOB5(out[5]), .DOB6(out[6]), .DOB7(out[7]), .DOB8(out[8]),
                .DOB9(out[9]), .DOB10(out[10]), .DOB11(out[11]), .DOB12(out[12]), .DOB13(out[13]), .DOB14(out[14]), .DOB15(out[15]), .DOB16(out[16]), .DOB17(out[17])
            );
        end
    endgenerate
endmodule
