// Proves: a queue neither loses nor doubles nor reorders a word, whatever is pushed while there is room and popped while there is a word
// By: induction 1
// Fault: in queue, read_at_d = read_at_q + 32'h1 => read_at_d = read_at_q + 32'h2
// Fault: in queue, write_at_d = write_at_q + 32'h1 => write_at_d = write_at_q + {31'h0, ~roomy}
// Fault: in queue, stored_down = pop => stored_down = pop && roomy
// Fault: in stored, above_zero_d = (counted_q >> 32'h1) => above_zero_d = (counted_q >> 32'h0)
// Fault: in queue, memory_read_address = read_at_q => memory_read_address = write_at_q

// Any bit of any one word, the one pushed as number `mark` (numbers go round at 256), is followed from push to pop: it has to be the one that leaves as
// number `mark`. The rest says where in the queue it is, which makes the proof one of every length.
module proof (input clock, input reset, input push, input [11:0] word, input pop);
    wire valid, roomy;
    wire [11:0] head;
    queue dut (
        .clock(clock), .reset(reset), .push(push), .word(word), .valid(valid), .head(head), .pop(pop), .roomy(roomy)
    );

    // Inside the queue.
    (* hierconn *) wire [7:0] \dut.stored.counted_q ;
    (* hierconn *) wire \dut.stored.above_zero_q ;
    (* hierconn *) wire [4:0] \dut.write_at_q ;
    (* hierconn *) wire [4:0] \dut.read_at_q ;
    (* hierconn *) wire [11:0] \dut.memory.words[0] ;
    (* hierconn *) wire [11:0] \dut.memory.words[1] ;
    (* hierconn *) wire [11:0] \dut.memory.words[2] ;
    (* hierconn *) wire [11:0] \dut.memory.words[3] ;
    (* hierconn *) wire [11:0] \dut.memory.words[4] ;
    (* hierconn *) wire [11:0] \dut.memory.words[5] ;
    (* hierconn *) wire [11:0] \dut.memory.words[6] ;
    (* hierconn *) wire [11:0] \dut.memory.words[7] ;
    (* hierconn *) wire [11:0] \dut.memory.words[8] ;
    (* hierconn *) wire [11:0] \dut.memory.words[9] ;
    (* hierconn *) wire [11:0] \dut.memory.words[10] ;
    (* hierconn *) wire [11:0] \dut.memory.words[11] ;
    (* hierconn *) wire [11:0] \dut.memory.words[12] ;
    (* hierconn *) wire [11:0] \dut.memory.words[13] ;
    (* hierconn *) wire [11:0] \dut.memory.words[14] ;
    (* hierconn *) wire [11:0] \dut.memory.words[15] ;
    (* hierconn *) wire [11:0] \dut.memory.words[16] ;
    (* hierconn *) wire [11:0] \dut.memory.words[17] ;
    (* hierconn *) wire [11:0] \dut.memory.words[18] ;
    (* hierconn *) wire [11:0] \dut.memory.words[19] ;
    (* hierconn *) wire [11:0] \dut.memory.words[20] ;
    (* hierconn *) wire [11:0] \dut.memory.words[21] ;
    (* hierconn *) wire [11:0] \dut.memory.words[22] ;
    (* hierconn *) wire [11:0] \dut.memory.words[23] ;
    (* hierconn *) wire [11:0] \dut.memory.words[24] ;
    (* hierconn *) wire [11:0] \dut.memory.words[25] ;
    (* hierconn *) wire [11:0] \dut.memory.words[26] ;
    (* hierconn *) wire [11:0] \dut.memory.words[27] ;
    (* hierconn *) wire [11:0] \dut.memory.words[28] ;
    (* hierconn *) wire [11:0] \dut.memory.words[29] ;
    (* hierconn *) wire [11:0] \dut.memory.words[30] ;
    (* hierconn *) wire [11:0] \dut.memory.words[31] ;
    wire [383:0] words = {
        \dut.memory.words[31] , \dut.memory.words[30] , \dut.memory.words[29] , \dut.memory.words[28] ,
        \dut.memory.words[27] , \dut.memory.words[26] , \dut.memory.words[25] , \dut.memory.words[24] ,
        \dut.memory.words[23] , \dut.memory.words[22] , \dut.memory.words[21] , \dut.memory.words[20] ,
        \dut.memory.words[19] , \dut.memory.words[18] , \dut.memory.words[17] , \dut.memory.words[16] ,
        \dut.memory.words[15] , \dut.memory.words[14] , \dut.memory.words[13] , \dut.memory.words[12] ,
        \dut.memory.words[11] , \dut.memory.words[10] , \dut.memory.words[9] , \dut.memory.words[8] ,
        \dut.memory.words[7] , \dut.memory.words[6] , \dut.memory.words[5] , \dut.memory.words[4] ,
        \dut.memory.words[3] , \dut.memory.words[2] , \dut.memory.words[1] , \dut.memory.words[0] 
    };

    // What the queue asks of its users.
    always @(*) begin
        if (pop) assume (valid);
        if (push) assume (\dut.stored.counted_q < 32);
    end

    (* anyconst *) wire [7:0] mark;
    (* anyconst *) wire [3:0] digit;
    always @(*) assume (digit < 12);
    reg [7:0] pushed = 0, popped = 0;
    reg inside = 0;
    reg marked;
    always @(posedge clock) begin
        pushed <= reset ? 0 : pushed + push;
        popped <= reset ? 0 : popped + pop;
        if (reset) inside <= 0;
        else if (push && pushed == mark) {inside, marked} <= {1'b1, word[digit]};
        else if (pop && popped == mark) inside <= 0;
    end

    wire [7:0] count = pushed - popped;
    wire [7:0] ahead = mark - popped;
    wire [4:0] after_last = \dut.read_at_q + \dut.stored.counted_q ;
    wire [4:0] place = \dut.read_at_q + ahead[4:0];
    wire [31:0] column;
    genvar i;
    generate for (i = 0; i < 32; i = i + 1) begin : cells
        wire [11:0] at = words[12 * i +: 12];
        assign column[i] = at[digit];
    end endgenerate
    always @(*) begin
        if (valid && inside && ahead == 0) assert (head[digit] == marked);
        if (inside) assert (column[place] == marked);
        assert (inside == (ahead < count));
        assert (count == \dut.stored.counted_q );
        assert (\dut.stored.counted_q <= 32);
        assert (\dut.stored.above_zero_q == (\dut.stored.counted_q != 0));
        assert (\dut.write_at_q == after_last);
    end
endmodule
