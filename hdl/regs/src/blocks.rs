//! The device's registers: the one place where each stands.
//!
//! Pairs of `_low` and `_high` are numbers of 64 bits. Of a counter read the low one first: it holds the high one still until that is read.

use crate::map::blocks;

/// The first register of [`identity`]: "SHP1" in memory.
pub const MAGIC: u32 = u32::from_le_bytes(*b"SHP1");

/// Session slots of a device.
pub const SESSIONS: u8 = 4;

/// The largest queue has so many slots.
pub const QUEUE_SLOTS: u32 = 1 << 16;

blocks! {
    identity 1, 0, "Who the device is." {
        magic Read "\"SHP1\" in memory."
        hash_low Read "FNV-1a of the Verilog that the device was made of, without this number: bits 0 to 31."
        hash_high Read "Bits 32 to 63 of it."
        scratch ReadWrite "Whatever was written: for a driver that wants to see its writes arrive."
    }
    capabilities 1, 0, "What the device can do." {
        core Read "The core." {
            channels 0 8 "the most paths"
            word_bytes 8 8 "bytes of message a clock"
            rounds 16 8 "rounds of ChaCha"
            lanes 24 4 "a bit for each width of a lane: 8, 16, 32, 64 bits"
            policies 28 2 "a bit for each policy: uniform, definition"
        }
        queue Read "The queue." {
            descriptor_log 0 8 "log2 of a descriptor's bytes, with the slot's padding"
            slots_log 8 8 "log2 of the most slots"
            sessions 16 8 "session slots"
            beat_log 24 8 "log2 of the bus' bytes"
        }
    }
    health 1, 0, "The self-tests, and faults to be forced." {
        state Read "How the device is." {
            passed 0 1 "the known-answer test passed, and nothing failed since"
            failed 1 3 "what failed: the known answer, a unit against its last block, two units of one stream; only a reset ends it"
            busy 4 1 "a job is under way"
            bus 5 1 "a completion could not be written: the host cannot trust its memory"
        }
        faults ReadWrite "Faults that are forced while a bit is set." {
            self_test 0 3 "a failure of the self-test, the bits of `failed`"
            hang 3 1 "no descriptor is taken"
            silent 4 1 "no interrupt is sent"
        }
    }
    sessions 1, 0, "Session slots. Keys go in and never come out." {
        key_at Write "Where the next word of a key goes; counts up by itself." {
            word 0 3 "32-bit word of the key"
            channel 3 4 "channel of the core: see `stream::unit_channel`"
            slot 7 2 "session slot"
        }
        key Write "The next word of a key, little-endian."
        open Write "Opens a slot, whose keys are in. A slot that cannot be opened so stays closed." {
            slot 0 2 "session slot"
            paths 2 5 "k"
            lane 7 2 "lanes of 8, 16, 32, 64 bits: 0, 1, 2, 3"
            pbox 9 1 "the P-box is on"
            definition 10 1 "policy `definition`"
        }
        close Write "Closes a slot. Its descriptors are refused from now on; its keys are overwritten when all jobs under way are done." {
            slot 0 2 "session slot"
        }
        state Read "The slots." {
            open 0 4 "a bit each: open"
            wiping 4 4 "a bit each: closed, and keys not overwritten yet"
        }
    }
    queue 1, 0, "The descriptors and completions in host memory." {
        ring_low ReadWrite "Address of the descriptors, a multiple of 4096: bits 0 to 31."
        ring_high ReadWrite "Bits 32 to 63 of it."
        done_low ReadWrite "Address of the completions, a multiple of 4096: bits 0 to 31."
        done_high ReadWrite "Bits 32 to 63 of it."
        mask ReadWrite "Slots of each, a power of two, less one." {
            mask 0 16 "the slots, less one"
        }
        doorbell ReadWrite "Descriptors that were ever put into the ring, mod 2^32."
        taken Read "Descriptors that the device ever took, mod 2^32."
        done Read "Completions that it ever wrote, mod 2^32."
    }
    interrupts 1, 0, "When the host is told." {
        control ReadWrite "An interrupt is sent when `after` completions were written since the last one, or `delay` clocks passed since the first of them." {
            enable 0 1 "send interrupts"
            after 8 8 "completions; 0 and 1 are every one"
        }
        delay ReadWrite "Clocks; 0 is at once." {
            clocks 0 24 "clocks"
        }
        sent Read "Interrupts ever sent, mod 2^32."
    }
    statistics 1, 0, "Counters since the last reset, 64 bits each." {
        clocks_low Read "Clocks."
        clocks_high Read "Bits 32 to 63 of it."
        busy_low Read "Clocks in which a job was under way."
        busy_high Read "Bits 32 to 63 of it."
        words_low Read "Words of message that entered the core."
        words_high Read "Bits 32 to 63 of it."
        starved_low Read "Clocks in which the core waited for the message."
        starved_high Read "Bits 32 to 63 of it."
        blocked_low Read "Clocks in which shares waited for the bus."
        blocked_high Read "Bits 32 to 63 of it."
        waiting_low Read "Clocks in which the message waited for the core."
        waiting_high Read "Bits 32 to 63 of it."
        segments_low Read "Segments done. Each job is counted before its completion is written."
        segments_high Read "Bits 32 to 63 of it."
        bad_low Read "Descriptors refused."
        bad_high Read "Bits 32 to 63 of it."
        bus_errors_low Read "Jobs that ended with a bus error, and completions that could not be written."
        bus_errors_high Read "Bits 32 to 63 of it."
    }
}
