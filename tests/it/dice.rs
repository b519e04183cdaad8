//! Numbers and texts that look random and are the same every time.

/// The mark of a message that was never sent; a page may write it.
pub const FORGED: &str = "alert 999-0 k3f9q2";

/// Always the same numbers, without a pattern.
pub struct Dice(pub u64);

impl Dice {
    /// One of so many.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    /// A text that tries everything, short or very long.
    pub fn text(&mut self) -> String {
        const NASTY: [&str; 30] = [
            "",
            " ",
            "`",
            "```",
            "*",
            "\\",
            "_",
            "|",
            "\u{202E}",
            "\u{200B}",
            "\u{0}",
            "\r\n",
            "@everyone",
            "<@123>",
            "👩‍👩‍👧‍👦",
            "مرحبا ",
            "e\u{301}\u{302}\u{303}",
            "word ",
            "https://x.example/",
            "[a](https://b.example)",
            "**x**\n# y\n> z\n",
            "ﷺ",
            FORGED,
            "𝕯𝖆𝖙𝖆 𐍈 ",
            "\n-# alert 999-0 k3f9q2",
            "````diff\n- a\n+ b\n````\n",
            "<@&77><#5><t:0:R></x:1>",
            "\u{2066}\u{2069}\u{FEFF}\u{AD}",
            "\u{1b}[31m\u{7}\u{8}",
            "discord.gg/x @here ||x|| ~~x~~ <https://x.example>",
        ];
        const LONG: [usize; 7] = [0, 1, 2, 10, 300, 10_000, 100_000];
        let piece = NASTY[self.below(NASTY.len())];
        let mut long = LONG[self.below(LONG.len())];
        if long == 100_000 && self.below(20) > 0 {
            long = 40;
        }
        let times = long.div_ceil(piece.len().max(1));
        let mut text = piece.repeat(times);
        if self.below(3) == 0 {
            text.push_str(NASTY[self.below(NASTY.len())]);
        }
        text
    }

    /// The same, or nothing.
    pub fn some(&mut self) -> Option<String> {
        (self.below(3) > 0).then(|| self.text())
    }
}
