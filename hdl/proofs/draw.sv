// Proves: the draw decoder of k4w32 gives the P-box a permutation of the k paths in use, for every keystream and every k
// By: induction 2
// Fault: in draw, share_1_d = channel_i => share_1_d = channel_j
// Fault: in draw, channel_j = swap_j[(32'h0)+:(2)] - swap_k => channel_j = swap_j[(32'h0)+:(2)] + swap_k
// Fault: in digit, product = ((part_0 + part_1) => product = (((part_0 << 1) + part_1)

// Blocks of keystream, their number, resets and whether the P-box is on are arbitrary in every clock; k is arbitrary, 2 to 4, and stays.
module proof (input clock, input reset, input load, input [511:0] block, input [3:0] count, input pbox, input pop);
    (* anyconst *) wire [4:0] k;
    always @(*) assume (k >= 2 && k <= 4);
    draw dut (
        .clock(clock), .reset(reset), .load(load), .block(block), .count(count), .paths(k), .pbox(pbox),
        .announce(), .routes(), .pop(pop)
    );

    // Inside the decoder.
    (* hierconn *) wire [11:0] \dut.then_0_q ;
    (* hierconn *) wire [11:0] \dut.then_1_q ;
    (* hierconn *) wire [11:0] \dut.then_2_q ;
    (* hierconn *) wire [11:0] \dut.then_3_q ;
    (* hierconn *) wire [11:0] \dut.then_4_q ;
    (* hierconn *) wire [3:0] \dut.digit_0_carry_out ;
    (* hierconn *) wire [3:0] \dut.digit_1_carry_out ;
    (* hierconn *) wire [3:0] \dut.digit_2_carry_out ;
    (* hierconn *) wire [3:0] \dut.digit_3_carry_out ;
    (* hierconn *) wire [1:0] \dut.share_0_q ;
    (* hierconn *) wire [1:0] \dut.share_1_q ;
    (* hierconn *) wire [1:0] \dut.share_2_q ;
    (* hierconn *) wire [1:0] \dut.share_3_q ;
    (* hierconn *) wire [3:0] \dut.left_q ;
    (* hierconn *) wire [4:0] \dut.k_q ;
    (* hierconn *) wire \dut.stepping_q ;
    (* hierconn *) wire [1:0] \dut.i_q ;
    (* hierconn *) wire \dut.queue_push ;
    (* hierconn *) wire [11:0] \dut.queue_word ;

    // What holds: the channel of each port in use is one that k paths use, and no other port has it.
    wire [7:0] channels = {\dut.share_3_q , \dut.share_2_q , \dut.share_1_q , \dut.share_0_q };
    reg opened = 0;
    always @(posedge clock) opened <= opened || \dut.then_3_q [0];
    genvar p, q, n;
    generate
        for (p = 0; p < 4; p = p + 1) begin : port
            wire [1:0] channel = channels[2*p +: 2];
            always @(*) if (opened && p < k) assert (channel >= 2 || channel + 2 < k);
            for (q = 0; q < p; q = q + 1) begin : other
                always @(*) if (opened && p < k) assert (channel != channels[2*q +: 2]);
            end
            always @(*) if (\dut.queue_push ) assert (\dut.queue_word [8 + p] == (p < k));
        end
    endgenerate
    always @(*) if (\dut.queue_push ) assert (opened && \dut.queue_word [7:0] == channels);

    // What makes it hold from clock to clock. A step is opened before it begins, k goes along with it, i is below k, and no digit's carry
    // passes i: so j is at most i.
    wire [59:0] then = {\dut.then_4_q , \dut.then_3_q , \dut.then_2_q , \dut.then_1_q , \dut.then_0_q };
    wire [15:0] carries = {\dut.digit_3_carry_out , \dut.digit_2_carry_out , \dut.digit_1_carry_out , \dut.digit_0_carry_out };
    wire [5:0] open = {2'b0, then[36], then[24], then[12], then[0]};
    generate
        for (n = 0; n < 5; n = n + 1) begin : stage
            wire [11:0] now = then[12*n +: 12];
            always @(*) if (now[2:0] != 0) assert (now[11:7] == k);
            always @(*) if (now[2:1] != 0) assert (opened || (now[0] && n < 4) || (open >> (n + 1)) != 0);
            always @(*) if (now[1]) assert (now[6:3] != 0 && now[6:3] < k);
            if (n < 4) always @(*) if (now[1]) assert (carries[4*n +: 4] <= now[6:3]);
        end
    endgenerate
    always @(*) if (\dut.stepping_q || \dut.left_q != 0) assert (\dut.k_q == k);
    always @(*) if (\dut.stepping_q ) assert ((opened || open != 0) && \dut.i_q != 0 && \dut.i_q < k);
endmodule
