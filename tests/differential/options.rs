//! The command line.

use crate::oracle::Provider;

const USAGE: &str = "there are --mutants N (200000), --seed N (drawn), --only N (shows that mutant), --weakened (must fail), \
                     --oracle aws_lc_rs or rust_crypto (both)";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) mutants: u64,
    pub(crate) seed: u64,
    /// The one mutant to show.
    pub(crate) only: Option<u64>,
    /// Our rules leave out the audience and the expiry: a run that must fail, to see that it can.
    pub(crate) weakened: bool,
    /// The one backend of the oracle that this process uses.
    pub(crate) oracle: Option<Provider>,
}

impl Options {
    pub(crate) fn of(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { mutants: 200_000, seed: fastrand::u64(..), only: None, weakened: false, oracle: None };
        while let Some(name) = arguments.next() {
            if name == "--weakened" {
                options.weakened = true;
                continue;
            }
            if name == "--help" {
                return Err(USAGE.to_owned());
            }
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            let number = || value.parse().map_err(|_| format!("{name}: {value:?} is no number"));
            match &*name {
                "--mutants" => options.mutants = number()?,
                "--seed" => options.seed = number()?,
                "--only" => options.only = Some(number()?),
                "--oracle" => {
                    let provider = Provider::from_name(&value).ok_or("--oracle is aws_lc_rs or rust_crypto")?;
                    options.oracle = Some(provider);
                }
                _ => return Err(format!("{name}: unknown. {USAGE}")),
            }
        }
        if options.mutants == 0 {
            return Err("--mutants: none would show nothing".to_owned());
        }
        Ok(options)
    }

    /// For the process that uses that backend.
    pub(crate) fn arguments_for(&self, provider: Provider) -> Vec<String> {
        let mut arguments = vec![
            "--oracle".to_owned(),
            provider.name().to_owned(),
            "--mutants".to_owned(),
            self.mutants.to_string(),
            "--seed".to_owned(),
            self.seed.to_string(),
        ];
        if let Some(number) = self.only {
            arguments.extend(["--only".to_owned(), number.to_string()]);
        }
        if self.weakened {
            arguments.push("--weakened".to_owned());
        }
        arguments
    }
}
