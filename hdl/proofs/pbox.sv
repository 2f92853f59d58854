// Proves: the P-box of k4w32 is a bijection for every permutation of the paths: each share leaves by one port, and nothing else leaves
// By: induction 4
// Fault: in pbox, result_2_d = share_3 => result_2_d = share_1

// Routes are an arbitrary permutation of k channels, 2 to 4, new ones whenever `turn` says so. A share that is followed at will leaves by
// exactly one port, and a port without a path stays zero.
module proof (input clock, input turn, input [127:0] shares, input [7:0] permutation, input [3:0] used);
    wire [1:0] channel_0 = permutation[1:0], channel_1 = permutation[3:2], channel_2 = permutation[5:4], channel_3 = permutation[7:6];
    always @(*) begin
        assume (channel_0 != channel_1 && channel_0 != channel_2 && channel_0 != channel_3);
        assume (channel_1 != channel_2 && channel_1 != channel_3 && channel_2 != channel_3);
    end

    wire [31:0] port_0, port_1, port_2, port_3;
    pbox dut (
        .clock(clock), .turn(turn),
        .routes({used[3], channel_3, used[2], channel_2, used[1], channel_1, used[0], channel_0}),
        .share_0(shares[31:0]), .share_1(shares[63:32]), .share_2(shares[95:64]), .share_3(shares[127:96]),
        .port_0(port_0), .port_1(port_1), .port_2(port_2), .port_3(port_3)
    );

    // What was set at the last turn, as it is in there too; and what the clock before saw.
    (* hierconn *) wire [11:0] \dut.held_q ;
    reg [11:0] held, late;
    reg [127:0] late_shares;
    reg [1:0] turned = 0;
    always @(posedge clock) begin
        if (turn) held <= {used[3], channel_3, used[2], channel_2, used[1], channel_1, used[0], channel_0};
        {late, late_shares} <= {held, shares};
        turned <= {turned[0], turned[0] | turn};
    end
    always @(*) begin
        if (turned[0]) assert (held == \dut.held_q );
        assert (turned != 2);
    end

    wire [127:0] ports = {port_3, port_2, port_1, port_0};
    genvar p, q;
    generate
        for (p = 0; p < 4; p = p + 1) begin : port
            wire [31:0] share = late_shares[32 * late[3*p +: 2] +: 32];
            always @(*) if (turned[1]) assert (ports[32*p +: 32] == (late[3*p + 2] ? share : 32'd0));
            for (q = 0; q < p; q = q + 1) begin : other
                // No two ports have the same channel: nothing leaves twice, and nothing stays behind while all are used.
                always @(*) if (turned[0]) assert (held[3*p +: 2] != held[3*q +: 2]);
                always @(*) if (turned[1]) assert (late[3*p +: 2] != late[3*q +: 2]);
            end
        end
    endgenerate
endmodule
