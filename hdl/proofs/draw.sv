// Proves: the draw decoder of k4w32 gives the P-box a permutation of the k paths in use, for every keystream and every k
// By: induction 2
// Fault: in exchange_2, (step ? i : share) => (step ? j : share)
// Fault: in draw, has_i_2 = had_i_2_q => has_i_2 = had_next_i_2_q
// Fault: in draw, channel_2 = last_channel_but_one => channel_2 = last_channel
// Fault: in multiply_2, ~{3'h0, digit, 1'h0} => ~{4'h0, digit}
// Fault: in draw, turned_q && (share_1_q < => turned_q && (share_2_q <
// Fault: in draw, twice = below_m[(32'h0)+:(2)] == 32'h1 => twice = below_m[(32'h0)+:(2)] == 32'h2

// Blocks of keystream, their number, resets and whether the P-box is on are arbitrary in every clock; k is arbitrary, 2 to 4, and stays.
module proof (input clock, input reset, input load, input [511:0] block, input [3:0] count, input pbox, input pop);
    (* anyconst *) wire [4:0] k;
    always @(*) begin
        assume (k >= 2 && k <= 4);
        assume (count >= 1 && count <= 8);
    end
    draw dut (
        .clock(clock), .reset(reset), .next_load(load), .block(block), .count(count), .paths(k), .pbox(pbox),
        .announce(), .routes(), .pop(pop)
    );

    // Inside the decoder.
    (* hierconn *) wire [21:0] \dut.then_0.at_1 ;
    (* hierconn *) wire [21:0] \dut.then_0_later ;
    (* hierconn *) wire [21:0] \dut.then_1.at_1 ;
    (* hierconn *) wire [21:0] \dut.then_1_later ;
    (* hierconn *) wire [21:0] \dut.then_2_later ;
    (* hierconn *) wire [21:0] \dut.then_3_later ;
    (* hierconn *) wire [1:0] \dut.digit_0_carry_out ;
    (* hierconn *) wire [5:0] \dut.digit_0_carry_on ;
    (* hierconn *) wire [1:0] \dut.digit_1_carry_out ;
    (* hierconn *) wire [5:0] \dut.digit_1_carry_on ;
    (* hierconn *) wire [1:0] \dut.digit_2_carry_out ;
    (* hierconn *) wire [1:0] \dut.share_0_q ;
    (* hierconn *) wire [1:0] \dut.share_1_q ;
    (* hierconn *) wire [1:0] \dut.share_2_q ;
    (* hierconn *) wire [1:0] \dut.share_3_q ;
    (* hierconn *) wire \dut.has_i_0 ;
    (* hierconn *) wire \dut.has_i_1 ;
    (* hierconn *) wire \dut.has_i_2 ;
    (* hierconn *) wire \dut.has_i_3 ;
    (* hierconn *) wire \dut.used_0_q ;
    (* hierconn *) wire \dut.used_1_q ;
    (* hierconn *) wire \dut.used_2_q ;
    (* hierconn *) wire \dut.used_3_q ;
    (* hierconn *) wire \dut.turned_q ;
    (* hierconn *) wire [1:0] \dut.last_share_q ;
    (* hierconn *) wire [1:0] \dut.last_share_but_one_q ;
    (* hierconn *) wire \dut.some_left_q ;
    (* hierconn *) wire \dut.at_last_q ;
    (* hierconn *) wire [4:0] \dut.k_q ;
    (* hierconn *) wire \dut.opening_q ;
    (* hierconn *) wire \dut.stepping_q ;
    (* hierconn *) wire [1:0] \dut.i_q ;
    (* hierconn *) wire [9:0] \dut.factor_q ;
    (* hierconn *) wire \dut.queue_push ;
    (* hierconn *) wire [11:0] \dut.queue_word ;

    // What holds: each port in use has a channel that k paths use, and no other port in use has it.
    reg opened = 0;
    always @(posedge clock) opened <= opened || \dut.then_2_later [0];
    wire [7:0] shares = {\dut.share_3_q , \dut.share_2_q , \dut.share_1_q , \dut.share_0_q };
    wire [7:0] channels = \dut.queue_word [7:0];
    genvar p, q, n;
    generate
        for (p = 0; p < 4; p = p + 1) begin : port
            wire [1:0] channel = channels[2*p +: 2];
            always @(*) if (\dut.queue_push ) begin
                assert (opened);
                assert (\dut.queue_word [8 + p] == (p < k));
                if (p < k) assert (channel >= 2 || channel + 2 < k);
            end
            for (q = 0; q < p; q = q + 1) begin : other
                always @(*) if (\dut.queue_push && p < k) assert (channel != channels[2*q +: 2]);
                always @(*) if (opened && p < k) assert (shares[2*p +: 2] != shares[2*q +: 2]);
            end
            always @(*) if (opened && p < k) assert (shares[2*p +: 2] < k);
        end
    endgenerate

    // What makes it hold from clock to clock. A step is opened before it begins, k goes along with it, i is below k, the factor is i + 1, and
    // no digit's carry passes i: so j is at most i.
    wire [131:0] then = {
        \dut.then_3_later , \dut.then_2_later , \dut.then_1_later , \dut.then_1.at_1 , \dut.then_0_later , \dut.then_0.at_1
    };
    // A reset lasts longer than a step takes to pass.
    initial assume (then == 0);
    wire [29:0] carries = {
        4'b0, \dut.digit_2_carry_out , \dut.digit_1_carry_on , 4'b0, \dut.digit_1_carry_out , \dut.digit_0_carry_on ,
        4'b0, \dut.digit_0_carry_out
    };
    wire [6:0] open = {2'b0, then[88], then[66], then[44], then[22], then[0]};
    generate
        for (n = 0; n < 6; n = n + 1) begin : stage
            wire [21:0] now = then[22*n +: 22];
            wire [3:0] i = now[6:3];
            always @(*) assert (!(now[0] && now[1]));
            always @(*) if (now[2:0] != 0) assert (now[11:7] == k);
            always @(*) if (now[2:1] != 0) assert (opened || (now[0] && n < 5) || (open >> (n + 1)) != 0);
            // i = 1 is a step with two paths alone.
            always @(*) if (now[1]) assert (i >= 1 && i <= 3 && i < k && (i > 1 || k == 2) && now[21:12] == factor(i[1:0]));
            // Below four times a digit there is always a place for it.
            if (n < 5) always @(*) if (now[1]) assert (carries[6*n +: 6] <= i);
        end
    endgenerate
    // A step follows its opening, or the step with the next higher i. So the port of share i can be told from the clock before.
    wire [3:0] has_i = {\dut.has_i_3 , \dut.has_i_2 , \dut.has_i_1 , \dut.has_i_0 };
    generate
        for (n = 0; n < 5; n = n + 1) begin : before
            wire [21:0] now = then[22*n +: 22], was = then[22*n + 22 +: 22];
            always @(*) if (now[1]) assert (was[0] || (was[1] && was[6:3] == now[6:3] + 4'd1));
        end
        for (p = 0; p < 4; p = p + 1) begin : finds
            always @(*) if (then[89]) assert (has_i[p] == (shares[2*p +: 2] == then[92:91]));
        end
    endgenerate
    always @(*) if (\dut.stepping_q ) assert (then[0] || (then[1] && then[6:3] == {2'd0, \dut.i_q } + 4'd1));
    always @(*) if (then[112:110] != 0) begin
        assert ({\dut.used_3_q , \dut.used_2_q , \dut.used_1_q , \dut.used_0_q } == {k > 3, k > 2, k > 1, 1'b1});
        // Shares 0 and 1 change names; with three paths one of them is the last but one.
        assert (\dut.last_share_q == k[1:0] - 2'd1);
        assert (\dut.last_share_but_one_q == (\dut.turned_q && k == 3 ? 2'd0 : k[1:0] - 2'd2));
        if (\dut.turned_q ) assert (then[111] && k > 2);
    end
    always @(*) if (\dut.stepping_q || \dut.opening_q || \dut.some_left_q ) assert (\dut.k_q == k);
    always @(*) assert (!(\dut.opening_q && \dut.stepping_q ));
    always @(*) if (\dut.stepping_q ) begin
        assert (\dut.at_last_q == (\dut.i_q < 3));
        assert ((opened || open != 0) && \dut.i_q != 0 && \dut.i_q < k && (\dut.i_q > 1 || k == 2) && \dut.factor_q == factor(\dut.i_q ));
    end

    // i + 1 = 4, less once or twice, as the digits take it (hdl/src/digit.rs).
    function [9:0] factor(input [1:0] i);
        case (i)
            1: factor = 10'b01_000_110_01;
            2: factor = 10'b01_000_101_01;
            3: factor = 10'b01_000_000_01;
            default: factor = 0;
        endcase
    endfunction
endmodule
