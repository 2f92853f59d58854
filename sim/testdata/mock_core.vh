// A core that computes nothing, to test the driver: it has the ports of a core of `K channels and words of `W bits, and
// passes words on. Port p gives the message's word plus p, or, with the P-box on, the word of channel p's key. The low
// byte of the segment's number plants a fault, each against one rule of the driver.
module `MOCK(clock, reset, key_valid, key_ready, key_unit, key_word, key_data, segment_valid, segment_ready,
                 segment_number, segment_words, segment_paths, segment_lane, segment_pbox,
                 message_valid, message_ready, message_data, ports_valid, ports_ready, ports_data, ports_last, idle);
  input wire clock;
  input wire reset;
  input wire key_valid;
  output wire key_ready;
  input wire [3:0] key_unit;
  input wire [2:0] key_word;
  input wire [31:0] key_data;
  input wire segment_valid;
  output wire segment_ready;
  input wire [63:0] segment_number;
  input wire [31:0] segment_words;
  input wire [4:0] segment_paths;
  input wire [1:0] segment_lane;
  input wire segment_pbox;
  input wire message_valid;
  output wire message_ready;
  input wire [`W - 1:0] message_data;
  output wire ports_valid;
  input wire ports_ready;
  output reg [`K * `W - 1:0] ports_data;
  output wire ports_last;
  output wire idle;

  localparam VALID_FALLS = 1, WORD_CHANGES = 2, EARLY_LAST = 3, NO_LAST = 4, EXTRA_WORD = 5, HANGS = 6,
             NEVER_ZERO = 7, ALWAYS_IDLE = 8, WAITS_FOR_READY = 9;

  reg [31:0] keys [0:127];
  reg active;
  reg [7:0] fault;
  reg [31:0] words;  // still to come in
  reg [4:0] paths;
  reg pbox;
  reg full;          // ports_data holds a word
  reg last;
  reg stalled;       // it has waited for a cycle
  reg [2:0] count;

  wire drops = (fault == VALID_FALLS) && stalled;
  assign key_ready = 1'b1;
  assign segment_ready = !active && !full;
  assign message_ready = active && (words != 0) && (!full || (ports_ready && ports_valid)) && (fault != HANGS);
  assign ports_valid = full && !drops && ((fault != WAITS_FOR_READY) || ports_ready);
  assign ports_last = (last && (fault != NO_LAST)) || (fault == EARLY_LAST);
  assign idle = (!active && !full) || (fault == ALWAYS_IDLE);

  integer p;
  always @(posedge clock) begin
    stalled <= ports_valid && !ports_ready;
    if (key_valid) keys[{key_unit, key_word}] <= key_data;
    if (segment_valid && segment_ready) begin
      active <= 1; fault <= segment_number[7:0]; words <= segment_words; paths <= segment_paths; pbox <= segment_pbox;
      count <= 0;
    end
    if (ports_valid && ports_ready) begin
      full <= last && (fault == EXTRA_WORD);
      last <= 0;
      if (last) active <= 0;
    end
    if (message_valid && message_ready) begin
      full <= 1; last <= words == 1; words <= words - 1; count <= count + 1;
      for (p = 0; p < `K; p = p + 1)
        ports_data[`W * p +: `W] <= ((p >= {27'd0, paths}) && (fault != NEVER_ZERO)) ? 0
                                    : pbox ? keys[{p[3:0], count}] : message_data + p;
    end else if ((fault == WORD_CHANGES) && ports_valid && !ports_ready) ports_data <= ports_data + 1;
    if (reset) begin active <= 0; full <= 0; last <= 0; fault <= 0; stalled <= 0; end
  end
endmodule
