//! What a register map is made of, and the macro in which [`blocks`](crate::blocks) is written.

/// Who may do what with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The host reads it; writing does nothing.
    Read,
    /// The host writes it; it reads as zero.
    Write,
    /// The host writes it and reads it back.
    ReadWrite,
}

/// Some bits of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its lowest bit.
    pub low: u32,
    /// How many bits it has.
    pub width: u32,
    /// What it says.
    pub text: &'static str,
}

impl Field {
    /// The field's value in a register's.
    #[must_use]
    pub const fn of(&self, register: u32) -> u32 {
        (register >> self.low) & self.mask()
    }

    /// A register's value that has `value` in this field and zeros beside it; what does not fit is cut off.
    #[must_use]
    pub const fn with(&self, value: u32) -> u32 {
        (value & self.mask()) << self.low
    }

    /// The field's bits, moved down to bit 0.
    #[must_use]
    pub const fn mask(&self) -> u32 {
        u32::MAX >> (u32::BITS - self.width)
    }
}

/// A register of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its name within its block.
    pub name: &'static str,
    /// Its address: bytes from the start of the device's registers.
    pub at: u16,
    /// Who may do what.
    pub access: Access,
    /// What it is.
    pub text: &'static str,
    /// Its parts, where it has any.
    pub fields: &'static [Field],
}

/// Registers that belong together. Blocks are a linked list, from address 0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its name.
    pub name: &'static str,
    /// Its type: what a driver knows it by.
    pub kind: u16,
    /// Counts changes that an older driver must not ignore.
    pub major: u8,
    /// Counts changes that it may.
    pub minor: u8,
    /// Its address. The block's head stands there, then the address of the next block, then its registers.
    pub at: u16,
    /// What it is for.
    pub text: &'static str,
    /// Its registers, in order.
    pub registers: &'static [Register],
}

impl Block {
    /// The block's first word.
    #[must_use]
    pub const fn head(&self) -> u32 {
        HEAD_KIND.with(self.kind as u32)
            | HEAD_MAJOR.with(self.major as u32)
            | HEAD_MINOR.with(self.minor as u32)
    }
}

/// Bytes of registers from the start of one block to the start of the next.
pub const BLOCK_BYTES: u16 = 0x80;

/// Where in a block the address of the next one stands; the last has 0 there.
pub const NEXT: u16 = 4;

/// In a block's head: its type.
pub const HEAD_KIND: Field = field("kind", 0, 16, "type of the block");
/// In a block's head: its major version.
pub const HEAD_MAJOR: Field = field("major", 24, 8, "major version: refuse one you do not know");
/// In a block's head: its minor version.
pub const HEAD_MINOR: Field = field("minor", 16, 8, "minor version: what you know still holds");

pub(crate) const fn field(name: &'static str, low: u32, width: u32, text: &'static str) -> Field {
    Field {
        name,
        low,
        width,
        text,
    }
}

/// The blocks in order. Each becomes a module with its registers, each register one with its address and fields.
macro_rules! blocks {
    ($(
        $block:ident $major:literal, $minor:literal, $text:literal {
            $( $register:ident $access:ident $register_text:literal
               $( { $( $field:ident $low:literal $width:literal $field_text:literal )* } )? )*
        }
    )*) => {
        #[allow(non_camel_case_types)]
        enum Place { $( $block ),* }

        $(
            #[doc = $text]
            pub mod $block {
                #[allow(unused_imports)]
                use $crate::map::{Access, BLOCK_BYTES, Block, Field, Register, field};

                #[allow(non_camel_case_types)]
                enum Place { $( $register ),* }

                const START: u16 = super::Place::$block as u16 * BLOCK_BYTES;

                /// The block and its registers.
                pub const BLOCK: Block = Block {
                    name: stringify!($block),
                    kind: super::Place::$block as u16 + 1,
                    major: $major,
                    minor: $minor,
                    at: START,
                    text: $text,
                    registers: &[ $( $register::REGISTER ),* ],
                };

                $(
                    #[doc = $register_text]
                    pub mod $register {
                        #[allow(clippy::wildcard_imports)]
                        use super::*;

                        /// The register.
                        pub const REGISTER: Register = Register {
                            name: stringify!($register),
                            at: AT,
                            access: Access::$access,
                            text: $register_text,
                            fields: FIELDS,
                        };
                        /// Its address.
                        pub const AT: u16 = START + 8 + 4 * Place::$register as u16;
                        const FIELDS: &[Field] = &[ $( $( $field ),* )? ];
                        $( $(
                            #[doc = $field_text]
                            #[allow(non_upper_case_globals)]
                            pub const $field: Field = field(stringify!($field), $low, $width, $field_text);
                        )* )?
                    }
                )*
            }
        )*

        /// All blocks, in the order of their addresses.
        pub const BLOCKS: &[$crate::map::Block] = &[ $( $block::BLOCK ),* ];
    };
}
pub(crate) use blocks;
