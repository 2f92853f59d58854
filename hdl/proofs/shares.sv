// Proves: the shares of k4w32 add up to the message, lane by lane, for every input and every lane width
// By: induction 4
// Fault: in add, b_wide_guard = 32'h0 => b_wide_guard = 32'h2
// Fault: in subtract, a_wide_guard = 32'h7 => a_wide_guard = 32'h5

// The adder tree and both subtractors as the core joins them, with the delays that their latencies ask for. Words are arbitrary in every
// clock; the lane width is arbitrary and stays. Each unit is held against its own sum in lanes; that those sums make M is then algebra,
// which spares the solver a sum of four words bit by bit.
module proof (input clock, input [31:0] r_0, input [31:0] r_1, input [31:0] r, input [31:0] message);
    (* anyconst *) wire [1:0] lane;
    wire [2:0] cuts = {lane <= 2, lane <= 1, lane == 0};

    wire [31:0] sum, r_less_sum, message_less_r;
    adder_tree tree (.clock(clock), .cuts(cuts), .words({r_1, r_0}), .sum(sum), .sum_cuts());
    r_from_message first (
        .clock(clock), .cuts(cuts), .minuend(r_1st), .subtrahend(sum), .difference(r_less_sum)
    );
    r_from_message second (
        .clock(clock), .cuts(cuts), .minuend(message_1st), .subtrahend(r_1st), .difference(message_less_r)
    );

    reg [31:0] r_1st, r_2nd, message_1st, message_2nd, r_0_1st, r_0_2nd, r_1_1st, r_1_2nd, sum_2nd;
    reg [1:0] clocks = 0;
    always @(posedge clock) begin
        {r_1st, r_2nd, message_1st, message_2nd} <= {r, r_1st, message, message_1st};
        {r_0_1st, r_0_2nd, r_1_1st, r_1_2nd, sum_2nd} <= {r_0, r_0_1st, r_1, r_1_1st, sum};
        if (clocks < 2) clocks <= clocks + 1;
    end

    // Lanes of one width, each by itself.
    genvar i;
    generate
        for (i = 0; i < 4; i = i + 1) begin : lanes_of_8
            lane #(.W(8)) check (
                .clocks(clocks), .on(lane == 0), .r_0(r_0_2nd[8*i +: 8]), .r_1(r_1_2nd[8*i +: 8]), .r(r_2nd[8*i +: 8]),
                .message(message_2nd[8*i +: 8]), .sum(sum_2nd[8*i +: 8]), .r_less_sum(r_less_sum[8*i +: 8]),
                .message_less_r(message_less_r[8*i +: 8])
            );
        end
        for (i = 0; i < 2; i = i + 1) begin : lanes_of_16
            lane #(.W(16)) check (
                .clocks(clocks), .on(lane == 1), .r_0(r_0_2nd[16*i +: 16]), .r_1(r_1_2nd[16*i +: 16]), .r(r_2nd[16*i +: 16]),
                .message(message_2nd[16*i +: 16]), .sum(sum_2nd[16*i +: 16]), .r_less_sum(r_less_sum[16*i +: 16]),
                .message_less_r(message_less_r[16*i +: 16])
            );
        end
    endgenerate
    lane #(.W(32)) lane_of_32 (
        .clocks(clocks), .on(lane >= 2), .r_0(r_0_2nd), .r_1(r_1_2nd), .r(r_2nd), .message(message_2nd), .sum(sum_2nd),
        .r_less_sum(r_less_sum), .message_less_r(message_less_r)
    );
endmodule

module lane #(parameter W = 8) (
    input [1:0] clocks, input on, input [W-1:0] r_0, r_1, r, message, sum, r_less_sum, message_less_r
);
    always @(*) if (clocks == 2 && on) begin
        assert (sum == r_0 + r_1);
        assert (r_less_sum == r - sum);
        assert (message_less_r == message - r);
        assert (r_0 + r_1 + (r - (r_0 + r_1)) + (message - r) == message);
    end
endmodule
