// Proves: k4w32 is in service only after all its units gave the known answer since the last reset or failure, and 130 clocks after it went out of service every word of every key has been overwritten
// By: induction 2
// Fault: in self_test, good_d = good_q + 32'h1 => good_d = good_q + 32'h2
// Fault: in self_test, if (good_q != turns) => if (good_q > turns)
// Fault: in self_test, wipes_at_d = count_q[(32'h0)+:(7)] => wipe_at = count_q[(32'h1)+:(7)]

// Blocks, faults and resets are arbitrary; the first clock has a reset, as a board gives one. Key words may be written in every clock in service.
module proof (input clock, input reset, input [2:0] fault, input valid, input [1:0] turn, input [511:0] block, input write);
    wire passed, wiping;
    wire [6:0] wipe_at;
    self_test dut (
        .clock(clock), .reset(reset), .fault(fault), .valid(valid), .turn(turn), .block(block),
        .passed(passed), .failed(), .wiping(wiping), .wipe_at(wipe_at), .ask()
    );

    // Inside the unit.
    (* hierconn *) wire [1:0] \dut.stage_q ;
    (* hierconn *) wire [7:0] \dut.count_q ;
    (* hierconn *) wire [4:0] \dut.good_q ;
    (* hierconn *) wire \dut.known_q ;
    (* hierconn *) wire \dut.valid_3_q ;
    (* hierconn *) wire \dut.serving_q ;
    wire [1:0] stage = \dut.stage_q ;

    // Known answers counted by ourselves, from the begin of stage 1 on.
    reg started = 0;
    reg [4:0] answers = 0;
    always @(posedge clock) begin
        started <= 1;
        if (!started) assume (reset);
        if (reset || stage == 0) answers <= 0;
        else if (stage == 1 && \dut.valid_3_q && \dut.known_q ) answers <= answers + 1;
    end
    always @(*) if (started) begin
        assert (\dut.serving_q == (stage == 3));
        if (stage == 1) assert (\dut.good_q == answers);
        // One more may come in the clock that counts them up.
        if (stage >= 2 || passed) assert (answers == 4 || answers == 5);
    end

    // Any one word of the keys: 5 bits say which.
    (* anyconst *) wire [4:0] place;
    reg written = 1;
    reg [7:0] clocks = 0;
    reg up = 0, was_reset = 0;
    always @(posedge clock) begin
        up <= passed;
        was_reset <= reset;
        if (wiping && wipe_at[4:0] == place) written <= 0;
        else if (up && write) written <= 1;
        if (reset || was_reset || !wiping) clocks <= 0;
        else if (clocks != 128) clocks <= clocks + 1;
    end
    always @(*) if (started) begin
        if (wiping && clocks < 128 && !was_reset) assert (wipe_at == clocks);
        assert (clocks <= 128);
        if (clocks > place) assert (!written);
        if (stage == 1) assert (!written);
    end
endmodule
