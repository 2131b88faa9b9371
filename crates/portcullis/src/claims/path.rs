//! Where in a claims set scopes, roles and groups are found: paths, compiled once for all issuers together.

/// Paths as a set of bits, by position in [`ClaimPaths`].
pub(crate) type PathMask = u64;

/// Every path that any issuer of one authenticator reads strings from. All are collected in the one pass over the
/// payload, before it is known which issuer's rules will apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimPaths {
    paths: Vec<Vec<String>>,
}

impl ClaimPaths {
    pub(crate) const MAX: usize = PathMask::BITS as usize;
    /// Always there: the audience is read like any other list of strings.
    pub(crate) const AUDIENCE: PathMask = 1;

    pub(crate) fn new() -> Self {
        Self { paths: vec![vec!["aud".to_owned()]] }
    }

    /// The bit of a path, adding it if it is new; `None` once the set is full.
    pub(crate) fn mask(&mut self, path: &[String]) -> Option<PathMask> {
        let known = self.paths.iter().position(|known| known == path);
        let index = known.or_else(|| {
            (self.paths.len() < Self::MAX).then(|| {
                self.paths.push(path.to_vec());
                self.paths.len() - 1
            })
        })?;
        Some(1 << index)
    }

    pub(crate) fn all(&self) -> PathMask {
        PathMask::MAX >> (Self::MAX - self.paths.len())
    }

    /// Of the paths in `open`, which match up to `depth` inclusive, those whose segment there is `name`, and which of
    /// these end there.
    pub(crate) fn step(&self, open: PathMask, depth: usize, name: &str) -> (PathMask, PathMask) {
        let (mut matching, mut ending) = (0, 0);
        for (index, path) in self.paths.iter().enumerate() {
            let bit = 1 << index;
            if open & bit != 0 && path.get(depth).is_some_and(|segment| segment == name) {
                matching |= bit;
                if path.len() == depth + 1 {
                    ending |= bit;
                }
            }
        }
        (matching, ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(segments: &[&str]) -> Vec<String> {
        segments.iter().map(|&segment| segment.to_owned()).collect()
    }

    #[test]
    fn a_path_is_followed_segment_by_segment() {
        let mut paths = ClaimPaths::new();
        let realm = paths.mask(&path(&["realm_access", "roles"])).unwrap();
        let short = paths.mask(&path(&["realm_access"])).unwrap();
        assert_eq!(paths.mask(&path(&["realm_access", "roles"])), Some(realm));
        assert_eq!(paths.step(paths.all(), 0, "realm_access"), (realm | short, short));
        assert_eq!(paths.step(realm, 1, "roles"), (realm, realm));
        assert_eq!(paths.step(realm, 1, "role"), (0, 0));
        assert_eq!(paths.step(paths.all(), 0, "aud"), (ClaimPaths::AUDIENCE, ClaimPaths::AUDIENCE));
    }

    #[test]
    fn the_number_of_paths_is_bounded() {
        let mut paths = ClaimPaths::new();
        for n in 1..ClaimPaths::MAX {
            assert!(paths.mask(&path(&[&n.to_string()])).is_some());
        }
        assert_eq!(paths.mask(&path(&["one too many"])), None);
        assert_eq!(paths.all(), PathMask::MAX);
    }
}
