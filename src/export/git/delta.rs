//! One text told by another, as git tells it: what both begin and end with, and what stands between.

/// The most that one copy takes.
const LONGEST_COPY: usize = 0xff_ff_ff;
/// The most that one insertion takes.
const LONGEST_INSERT: usize = 0x7f;

/// What makes `target` of `base` (gitformat-pack, deltified representation).
pub(super) fn between(base: &[u8], target: &[u8]) -> Vec<u8> {
    let same = |(a, b): &(&u8, &u8)| a == b;
    let start = base.iter().zip(target).take_while(same).count();
    let (rest, other) = (&base[start..], &target[start..]);
    let end = rest
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(same)
        .count();
    let mut delta = Vec::new();
    size(&mut delta, base.len());
    size(&mut delta, target.len());
    copy(&mut delta, 0, start);
    for piece in target[start..target.len() - end].chunks(LONGEST_INSERT) {
        delta.push(piece.len() as u8);
        delta.extend(piece);
    }
    copy(&mut delta, base.len() - end, end);
    delta
}

/// A number, seven bits a byte, the lowest first.
fn size(delta: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        delta.push(number as u8 & 0x7f | 0x80);
        number >>= 7;
    }
    delta.push(number as u8);
}

fn copy(delta: &mut Vec<u8>, mut from: usize, mut length: usize) {
    while length > 0 {
        let now = length.min(LONGEST_COPY);
        let at = delta.len();
        delta.push(0x80);
        for (bit, byte) in (from as u32).to_le_bytes().into_iter().enumerate() {
            if byte != 0 {
                delta[at] |= 1 << bit;
                delta.push(byte);
            }
        }
        for (bit, byte) in (now as u32).to_le_bytes().into_iter().take(3).enumerate() {
            if byte != 0 {
                delta[at] |= 0x10 << bit;
                delta.push(byte);
            }
        }
        from += now;
        length -= now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does what a delta says, as git does.
    fn applied(base: &[u8], delta: &[u8]) -> Vec<u8> {
        let mut rest = delta.iter().copied();
        let mut number = || {
            let (mut number, mut shift) = (0usize, 0);
            loop {
                let byte = rest.next().expect("a byte");
                number |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    return number;
                }
            }
        };
        assert_eq!(number(), base.len());
        let length = number();
        let mut target = Vec::new();
        while let Some(byte) = rest.next() {
            if byte & 0x80 == 0 {
                target.extend(rest.by_ref().take(usize::from(byte)));
                continue;
            }
            let mut read = |bits: std::ops::Range<u8>| {
                let set = bits.clone().filter(|bit| byte & 1 << bit != 0);
                set.map(|bit| usize::from(rest.next().expect("a byte")) << (8 * (bit - bits.start)))
                    .sum::<usize>()
            };
            let (from, length) = (read(0..4), read(4..7));
            let length = if length == 0 { 0x10000 } else { length };
            target.extend(&base[from..from + length]);
        }
        assert_eq!(target.len(), length);
        target
    }

    #[track_caller]
    fn case(base: &[u8], target: &[u8]) {
        assert_eq!(applied(base, &between(base, target)), target);
    }

    #[test]
    fn a_delta_makes_the_target() {
        case(b"", b"");
        case(b"abc", b"abc");
        case(b"abc", b"");
        case(b"", b"abc");
        case(b"aaaa", b"aa");
        case(b"one two three", b"one 2 three");
        let long: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
        let mut other = long.clone();
        other.splice(65_536..65_540, [7; 1_000]);
        case(&long, &other);
        case(&other, &long);
        let longest = vec![b'x'; LONGEST_COPY + 70_000];
        case(&longest, &longest);
        assert!(between(&long, &other).len() < 1_100);
    }
}
