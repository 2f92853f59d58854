// Proves: the P-box of k4w32 is a bijection for every permutation of the paths: each share leaves by one port, and nothing else leaves
// By: induction 5
// Fault: in pick_32, (which[0] ? d : c) => (which[0] ? c : d)
// Fault: in port, if (|idle_0_q) => if (1'b0)

// Routes are an arbitrary permutation of k channels, 2 to 4, new ones whenever `turn` says so. A share that is followed at will leaves by
// exactly one port, and a port without a path stays zero.
module proof (input clock, input turn, input [127:0] shares, input [7:0] permutation, input [3:0] used);
    wire [1:0] channel_0 = permutation[1:0], channel_1 = permutation[3:2], channel_2 = permutation[5:4], channel_3 = permutation[7:6];
    always @(*) begin
        assume (channel_0 != channel_1 && channel_0 != channel_2 && channel_0 != channel_3);
        assume (channel_1 != channel_2 && channel_1 != channel_3 && channel_2 != channel_3);
    end

    wire [7:0] channels = {channel_3, channel_2, channel_1, channel_0};
    wire [127:0] ports;
    pbox dut (.clock(clock), .turn(turn), .routes({used, channels}), .shares(shares), .ports(ports));

    // What was set at the last turn, as it is in there too; and what the clock before saw.
    reg [7:0] held, late;
    reg [3:0] held_used, late_used;
    reg [127:0] late_shares;
    reg [1:0] turned = 0;
    always @(posedge clock) begin
        if (turn) {held, held_used} <= {channels, used};
        {late, late_used, late_shares} <= {held, held_used, shares};
        turned <= {turned[0], turned[0] | turn};
    end
    always @(*) assert (turned != 2);

    (* hierconn *) wire [1:0] \dut.port_0.low_0_q ;
    (* hierconn *) wire [1:0] \dut.port_1.low_0_q ;
    (* hierconn *) wire [1:0] \dut.port_2.low_0_q ;
    (* hierconn *) wire [1:0] \dut.port_3.low_0_q ;
    (* hierconn *) wire \dut.port_0.idle_0_q ;
    (* hierconn *) wire \dut.port_1.idle_0_q ;
    (* hierconn *) wire \dut.port_2.idle_0_q ;
    (* hierconn *) wire \dut.port_3.idle_0_q ;
    always @(*) if (turned[0]) begin
        assert (held == {\dut.port_3.low_0_q , \dut.port_2.low_0_q , \dut.port_1.low_0_q , \dut.port_0.low_0_q });
        assert (held_used == {
            ~\dut.port_3.idle_0_q , ~\dut.port_2.idle_0_q , ~\dut.port_1.idle_0_q , ~\dut.port_0.idle_0_q
        });
    end

    genvar p, q;
    generate
        for (p = 0; p < 4; p = p + 1) begin : port
            wire [31:0] share = late_shares[32 * late[2*p +: 2] +: 32];
            always @(*) if (turned[1]) assert (ports[32*p +: 32] == (late_used[p] ? share : 32'd0));
            for (q = 0; q < p; q = q + 1) begin : other
                // No two ports have the same channel: nothing leaves twice, and nothing stays behind while all are used.
                always @(*) if (turned[0]) assert (held[2*p +: 2] != held[2*q +: 2]);
                always @(*) if (turned[1]) assert (late[2*p +: 2] != late[2*q +: 2]);
            end
        end
    endgenerate
endmodule
