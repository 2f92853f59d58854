//! Where a PCI function is.

use std::{fmt, str::FromStr};

use super::Error;

/// `0000:01:00.0`: domain, bus, device and function, in hexadecimal digits, as `lspci -D` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PciAddress {
    domain: u32,
    bus: u8,
    device: u8,
    function: u8,
}

impl FromStr for PciAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            let (domain, rest) = text.split_once(':')?;
            let (bus, rest) = rest.split_once(':')?;
            let (device, function) = rest.split_once('.')?;
            // Domains past 65535 have more digits.
            (domain.len() >= 4).then_some(())?;
            Some(Self {
                domain: number(domain, domain.len(), u32::MAX)?,
                bus: number(bus, 2, 0xff)? as u8,
                device: number(device, 2, 0x1f)? as u8,
                function: number(function, 1, 7)? as u8,
            })
        };
        read().ok_or_else(|| Error::Address(text.to_owned()))
    }
}

/// A number of so many digits, and not above `most`.
fn number(digits: &str, count: usize, most: u32) -> Option<u32> {
    let plain = digits.len() == count && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok()?;
    (plain && number <= most).then_some(number)
}

impl fmt::Display for PciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            domain,
            bus,
            device,
            function,
        } = self;
        write!(f, "{domain:04x}:{bus:02x}:{device:02x}.{function}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_is_what_it_is_written_as(domain: u32, bus: u8, device in 0..32_u8, function in 0..8_u8) {
            let address = PciAddress { domain, bus, device, function };
            prop_assert_eq!(address.to_string().parse(), Ok(address));
        }

        #[test]
        fn no_text_is_a_panic(text in "[0-9a-f:.+]{0,14}|.*") {
            let _ = text.parse::<PciAddress>();
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "01:00.0",
            "0000:01:00",
            "0000:01:20.0",
            "0000:01:00.8",
            "0000:1:00.0",
            "0000:01:+1.0",
            "../../0000:01:00.0",
            "fffffffff:01:00.0",
        ] {
            assert_eq!(
                text.parse::<PciAddress>(),
                Err(Error::Address(text.to_owned()))
            );
        }
    }
}
