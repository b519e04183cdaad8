//! A Merkle tree over a list that only grows, as in RFC 9162, section 2.1.

use crate::model::Digest;

/// The hash of a leaf that holds these bytes.
pub fn leaf(bytes: &[u8]) -> Digest {
    Digest::of(&[&[0], bytes].concat())
}

fn node(left: Digest, right: Digest) -> Digest {
    let mut bytes = [0; 65];
    bytes[0] = 1;
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Digest::of(&bytes)
}

/// The root over these leaves.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(half(leaves.len()));
            node(root(left), root(right))
        }
    }
}

/// The path from a leaf, counted from 0, to the root over all: empty where the leaf is alone, or not there.
pub fn inclusion(leaves: &[Digest], index: usize) -> Vec<Digest> {
    if leaves.len() < 2 || index >= leaves.len() {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    let (mut path, beside) = match index < left.len() {
        true => (inclusion(left, index), root(right)),
        false => (inclusion(right, index - left.len()), root(left)),
    };
    path.push(beside);
    path
}

/// The proof that the tree over the first so many leaves went on as the tree over all: empty where nothing came since.
pub fn consistency(leaves: &[Digest], first: usize) -> Vec<Digest> {
    match first == 0 || first >= leaves.len() {
        true => Vec::new(),
        false => sub_proof(leaves, first, Part::Whole),
    }
}

/// Whether a part of the tree is the whole of the earlier one, whose root is known to whoever checks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Within,
}

fn sub_proof(leaves: &[Digest], first: usize, part: Part) -> Vec<Digest> {
    if first == leaves.len() {
        return match part {
            Part::Whole => Vec::new(),
            Part::Within => vec![root(leaves)],
        };
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    let (mut path, beside) = match first <= left.len() {
        true => (sub_proof(left, first, part), root(right)),
        false => (
            sub_proof(right, first - left.len(), Part::Within),
            root(left),
        ),
    };
    path.push(beside);
    path
}

/// Whether this path leads from the leaf of this index, from 0, to the root over so many (RFC 9162, section 2.1.3.2).
pub fn includes(leaf: Digest, index: u64, size: u64, path: &[Digest], root: Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut own, mut last) = (index, size - 1);
    let mut hash = leaf;
    for beside in path {
        if last == 0 {
            return false;
        }
        if own & 1 == 1 || own == last {
            hash = node(*beside, hash);
            while own & 1 == 0 && own != 0 {
                own >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(hash, *beside);
        }
        own >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// A tree as others know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// How many leaves it has.
    pub size: u64,
    /// Its root.
    pub root: Digest,
}

/// Whether this path shows that the second tree begins with the first one (RFC 9162, section 2.1.4.2).
pub fn extends(first: Head, second: Head, path: &[Digest]) -> bool {
    match first.size {
        size if size > second.size => return false,
        size if size == second.size => return path.is_empty() && first.root == second.root,
        0 => return path.is_empty() && first.root == Digest::of(b""),
        _ => {}
    }
    let whole = first.size.is_power_of_two().then_some(first.root);
    let mut path = whole.into_iter().chain(path.iter().copied());
    let Some(start) = path.next() else {
        return false;
    };
    let (mut own, mut last) = (first.size - 1, second.size - 1);
    while own & 1 == 1 {
        own >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (start, start);
    for beside in path {
        if last == 0 {
            return false;
        }
        if own & 1 == 1 || own == last {
            old = node(beside, old);
            new = node(beside, new);
            while own & 1 == 0 && own != 0 {
                own >>= 1;
                last >>= 1;
            }
        } else {
            new = node(new, beside);
        }
        own >>= 1;
        last >>= 1;
    }
    last == 0 && old == first.root && new == second.root
}

/// The largest power of two below a number of leaves.
fn half(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves of the reference test data of RFC 6962 implementations.
    const LEAVES: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[
            0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
            0x6e, 0x6f,
        ],
    ];

    fn leaves(count: usize) -> Vec<Digest> {
        (0..count).map(|no| leaf(&no.to_be_bytes())).collect()
    }

    #[test]
    fn roots_are_those_of_the_reference_data() {
        let known: Vec<Digest> = LEAVES.iter().map(|bytes| leaf(bytes)).collect();
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (size, expected) in roots.into_iter().enumerate() {
            assert_eq!(root(&known[..size]).to_string(), expected, "{size}");
        }
    }

    #[test]
    fn every_leaf_of_every_tree_up_to_70_is_proved_and_nothing_else_is() {
        for size in 1..=70 {
            let leaves = leaves(size);
            let (all, root) = (size as u64, root(&leaves));
            for index in 0..size {
                let path = inclusion(&leaves, index);
                let (own, at) = (leaves[index], index as u64);
                assert!(includes(own, at, all, &path, root), "{index} of {size}");
                assert!(!includes(leaf(b"other"), at, all, &path, root));
                assert!(!includes(own, at, all, &path, leaf(b"other")));
                assert!(!includes(own, all, all, &path, root));
                assert!(!includes(own, at + 1, all, &path, root));
                for place in 0..path.len() {
                    let mut wrong = path.clone();
                    wrong[place].0[7] ^= 1;
                    assert!(!includes(own, at, all, &wrong, root));
                    wrong.remove(place);
                    assert!(!includes(own, at, all, &wrong, root));
                }
                let mut longer = path.clone();
                longer.push(root);
                assert!(!includes(own, at, all, &longer, root));
            }
        }
    }

    #[test]
    fn every_tree_up_to_70_goes_on_as_every_later_one_and_as_no_other() {
        for size in 1..=70 {
            let leaves = leaves(size);
            let second = Head {
                size: size as u64,
                root: root(&leaves),
            };
            for earlier in 1..=size {
                let first = Head {
                    size: earlier as u64,
                    root: root(&leaves[..earlier]),
                };
                let path = consistency(&leaves, earlier);
                assert!(extends(first, second, &path), "{earlier} to {size}");
                let other = Head {
                    root: leaf(b"other"),
                    ..first
                };
                assert!(!extends(other, second, &path));
                let other = Head {
                    root: leaf(b"other"),
                    ..second
                };
                assert!(!extends(first, other, &path));
                let other = Head {
                    size: first.size + 1,
                    ..first
                };
                assert!(!extends(other, second, &path), "{earlier} + 1 to {size}");
                for place in 0..path.len() {
                    let mut wrong = path.clone();
                    wrong[place].0[31] ^= 0x80;
                    assert!(!extends(first, second, &wrong));
                    wrong.remove(place);
                    assert!(!extends(first, second, &wrong));
                }
            }
        }
    }

    #[test]
    fn a_size_that_is_not_the_trees_is_refused() {
        for size in 2..=70 {
            let leaves = leaves(size);
            let root = root(&leaves);
            for index in 0..size {
                let path = inclusion(&leaves, index);
                for other in [size / 2, size * 2 + 1, size * 4] {
                    let told = includes(leaves[index], index as u64, other as u64, &path, root);
                    // Some leaves of trees of other sizes have paths of the same shape: the signed size is what counts.
                    assert!(!told || inclusion(&self::leaves(other), index).len() == path.len());
                }
            }
        }
    }
}
