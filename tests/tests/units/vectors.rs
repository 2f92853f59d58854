//! Published vectors of `ChaCha` with keys of 256 bits and a nonce of 64.

/// A block, in hexadecimal digits.
pub(crate) struct Vector {
    pub(crate) rounds: usize,
    pub(crate) key: &'static str,
    pub(crate) counter: u32,
    /// Words 14 and 15 of the state.
    pub(crate) nonce: &'static str,
    pub(crate) block: &'static str,
}

/// RFC 8439, appendix A.1, test vectors 1 to 5. Their nonces have 96 bits, of which the first 32, our word 13, are zero.
pub(crate) const RFC_8439: [Vector; 5] = [
    Vector {
        rounds: 20,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000000",
        block: "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7\
                da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
    },
    Vector {
        rounds: 20,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 1,
        nonce: "0000000000000000",
        block: "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed\
                29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
    },
    Vector {
        rounds: 20,
        key: "0000000000000000000000000000000000000000000000000000000000000001",
        counter: 1,
        nonce: "0000000000000000",
        block: "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a\
                8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
    },
    Vector {
        rounds: 20,
        key: "00ff000000000000000000000000000000000000000000000000000000000000",
        counter: 2,
        nonce: "0000000000000000",
        block: "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca\
                13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
    },
    Vector {
        rounds: 20,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000002",
        block: "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7\
                8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d",
    },
];

/// draft-strombergson-chacha-test-vectors-01, test cases 1 to 8, the first block of each.
pub(crate) const STROMBERGSON: [Vector; 24] = [
    Vector {
        rounds: 8,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000000",
        block: "3e00ef2f895f40d67f5bb8e81f09a5a12c840ec3ce9a7f3b181be188ef711a1e\
                984ce172b9216f419f445367456d5619314a42a3da86b001387bfdb80e0cfe42",
    },
    Vector {
        rounds: 12,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000000",
        block: "9bf49a6a0755f953811fce125f2683d50429c3bb49e074147e0089a52eae155f\
                0564f879d27ae3c02ce82834acfa8c793a629f2ca0de6919610be82f411326be",
    },
    Vector {
        rounds: 20,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000000",
        block: "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7\
                da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
    },
    Vector {
        rounds: 8,
        key: "0100000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000000",
        block: "cf5ee9a0494aa9613e05d5ed725b804b12f4a465ee635acc3a311de8740489ea\
                289d04f43c7518db56eb4433e498a1238cd8464d3763ddbb9222ee3bd8fae3c8",
    },
    Vector {
        rounds: 12,
        key: "0100000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000000",
        block: "12056e595d56b0f6eef090f0cd25a20949248c2790525d0f930218ff0b4ddd10\
                a6002239d9a454e29e107a7d06fefdfef0210feba044f9f29b1772c960dc29c0",
    },
    Vector {
        rounds: 20,
        key: "0100000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0000000000000000",
        block: "c5d30a7ce1ec119378c84f487d775a8542f13ece238a9455e8229e888de85bbd\
                29eb63d0a17a5b999b52da22be4023eb07620a54f6fa6ad8737b71eb0464dac0",
    },
    Vector {
        rounds: 8,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0100000000000000",
        block: "2b8f4bb3798306ca5130d47c4f8d4ed13aa0edccc1be6942090faeeca0d7599b\
                7ff0fe616bb25aa0153ad6fdc88b954903c22426d478b97b22b8f9b1db00cf06",
    },
    Vector {
        rounds: 12,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0100000000000000",
        block: "64b8bdf87b828c4b6dbaf7ef698de03df8b33f635714418f9836ade59be12969\
                46c953a0f38ecffc9ecb98e81d5d99a5edfc8f9a0a45b9e41ef3b31f028f1d0f",
    },
    Vector {
        rounds: 20,
        key: "0000000000000000000000000000000000000000000000000000000000000000",
        counter: 0,
        nonce: "0100000000000000",
        block: "ef3fdfd6c61578fbf5cf35bd3dd33b8009631634d21e42ac33960bd138e50d32\
                111e4caf237ee53ca8ad6426194a88545ddc497a0b466e7d6bbdb0041b2f586b",
    },
    Vector {
        rounds: 8,
        key: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        counter: 0,
        nonce: "ffffffffffffffff",
        block: "e163bbf8c9a739d18925ee8362dad2cdc973df05225afb2aa26396f2a9849a4a\
                445e0547d31c1623c537df4ba85c70a9884a35bcbf3dfab077e98b0f68135f54",
    },
    Vector {
        rounds: 12,
        key: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        counter: 0,
        nonce: "ffffffffffffffff",
        block: "04bf88dae8e47a228fa47b7e6379434ba664a7d28f4dab84e5f8b464add20c3a\
                caa69c5ab221a23a57eb5f345c96f4d1322d0a2ff7a9cd43401cd536639a615a",
    },
    Vector {
        rounds: 20,
        key: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        counter: 0,
        nonce: "ffffffffffffffff",
        block: "d9bf3f6bce6ed0b54254557767fb57443dd4778911b606055c39cc25e674b836\
                3feabc57fde54f790c52c8ae43240b79d49042b777bfd6cb80e931270b7f50eb",
    },
    Vector {
        rounds: 8,
        key: "5555555555555555555555555555555555555555555555555555555555555555",
        counter: 0,
        nonce: "5555555555555555",
        block: "7cb78214e4d3465b6dc62cf7a1538c88996952b4fb72cb6105f1243ce3442e29\
                75a59ebcd2b2a598290d7538491fe65bdbfefd060d88798120a70d049dc2677d",
    },
    Vector {
        rounds: 12,
        key: "5555555555555555555555555555555555555555555555555555555555555555",
        counter: 0,
        nonce: "5555555555555555",
        block: "a600f07727ff93f3da00dd74cc3e8bfb5ca7302f6a0a2944953de00450eecd40\
                b860f66049f2eaed63b2ef39cc310d2c488f5d9a241b615dc0ab70f921b91b95",
    },
    Vector {
        rounds: 20,
        key: "5555555555555555555555555555555555555555555555555555555555555555",
        counter: 0,
        nonce: "5555555555555555",
        block: "bea9411aa453c5434a5ae8c92862f564396855a9ea6e22d6d3b50ae1b3663311\
                a4a3606c671d605ce16c3aece8e61ea145c59775017bee2fa6f88afc758069f7",
    },
    Vector {
        rounds: 8,
        key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        counter: 0,
        nonce: "aaaaaaaaaaaaaaaa",
        block: "40f9ab86c8f9a1a0cdc05a75e5531b612d71ef7f0cf9e387df6ed6972f0aae21\
                311aa581f816c90e8a99de990b6b95aac92450f4e112712667b804c99e9c6eda",
    },
    Vector {
        rounds: 12,
        key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        counter: 0,
        nonce: "aaaaaaaaaaaaaaaa",
        block: "856505b01d3b47aae03d6a97aa0f033a9adcc94377babd8608864fb3f625b6e3\
                14f086158f9f725d811eeb953b7f747076e4c3f639fa841fad6c9a709e621397",
    },
    Vector {
        rounds: 20,
        key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        counter: 0,
        nonce: "aaaaaaaaaaaaaaaa",
        block: "9aa2a9f656efde5aa7591c5fed4b35aea2895dec7cb4543b9e9f21f5e7bcbcf3\
                c43c748a970888f8248393a09d43e0b7e164bc4d0b0fb240a2d72115c4808906",
    },
    Vector {
        rounds: 8,
        key: "00112233445566778899aabbccddeeffffeeddccbbaa99887766554433221100",
        counter: 0,
        nonce: "0f1e2d3c4b5a6978",
        block: "db43ad9d1e842d1272e4530e276b3f568f8859b3f7cf6d9d2c74fa53808cb515\
                7a8ebf46ad3dcc4b6c7dadde131784b0120e0e22f6d5f9ffa7407d4a21b695d9",
    },
    Vector {
        rounds: 12,
        key: "00112233445566778899aabbccddeeffffeeddccbbaa99887766554433221100",
        counter: 0,
        nonce: "0f1e2d3c4b5a6978",
        block: "7ed12a3a63912ae941ba6d4c0d5e862e568b0e5589346935505f064b8c2698db\
                f7d850667d8e67be639f3b4f6a16f92e65ea80f6c7429445da1fc2c1b9365040",
    },
    Vector {
        rounds: 20,
        key: "00112233445566778899aabbccddeeffffeeddccbbaa99887766554433221100",
        counter: 0,
        nonce: "0f1e2d3c4b5a6978",
        block: "9fadf409c00811d00431d67efbd88fba59218d5d6708b1d685863fabbb0e961e\
                ea480fd6fb532bfd494b2151015057423ab60a63fe4f55f7a212e2167ccab931",
    },
    Vector {
        rounds: 8,
        key: "c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d",
        counter: 0,
        nonce: "1ada31d5cf688221",
        block: "838751b42d8ddd8a3d77f48825a2ba752cf4047cb308a5978ef274973be374c9\
                6ad848065871417b08f034e681fe46a93f7d5c61d1306614d4aaf257a7cff08b",
    },
    Vector {
        rounds: 12,
        key: "c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d",
        counter: 0,
        nonce: "1ada31d5cf688221",
        block: "1482072784bc6d06b4e73bdc118bc0103c7976786ca918e06986aa251f7e9cc1\
                b2749a0a16ee83b4242d2e99b08d7c20092b80bc466c87283b61b1b39d0ffbab",
    },
    Vector {
        rounds: 20,
        key: "c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d",
        counter: 0,
        nonce: "1ada31d5cf688221",
        block: "f63a89b75c2271f9368816542ba52f06ed49241792302b00b5e8f80ae9a473af\
                c25b218f519af0fdd406362e8d69de7f54c604a6e00f353f110f771bdca8ab92",
    },
];
