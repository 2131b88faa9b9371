//! The page: its sections in their order, and the plots they show.

use std::io;
use std::path::{Path, PathBuf};

use crate::plot::Trouble;
use crate::results::{BENCHES, Results};
use crate::sections;

/// Where the plots are, beside the page.
const FOLDER: &str = "performance";

/// A part of the page.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) text: String,
    pub(crate) plots: Vec<Drawn>,
}

/// A plot and the name of its file.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) file: String,
    pub(crate) svg: String,
}

/// Says what was measured, or that it was not.
type Write = fn(&Results) -> Result<Section, Trouble>;

/// Below the intro.
const SECTIONS: [(&str, Write); 14] = [
    ("What is promised", sections::promises),
    ("Beside other libraries", sections::peers),
    ("Signatures", sections::primitives),
    ("Through the frameworks", sections::layer),
    ("API keys", sections::keys),
    ("As numbers grow", sections::growth),
    ("While keys are fetched, and under a flood", sections::refresh),
    ("Over sockets", sections::sockets),
    ("Allocations", sections::allocations),
    ("Memory", sections::memory),
    ("Method", sections::method),
    ("Machine", sections::machine),
    ("What is not measured", sections::limits),
    ("Running it", sections::running),
];

/// Everything that is written.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) text: String,
    pub(crate) plots: Vec<Drawn>,
}

impl Page {
    /// Draws it from whatever results there are.
    ///
    /// # Errors
    /// When a plot cannot be drawn, because a figure is not a number.
    pub(crate) fn of(results: &Results) -> Result<Self, Trouble> {
        let intro = sections::intro(results);
        let mut page = Self { text: intro.text, plots: intro.plots };
        for (heading, write) in SECTIONS {
            let section = write(results)?;
            page.text.truncate(page.text.trim_end().len());
            page.text.push_str(&format!("\n\n## {heading}\n\n{}\n", section.text.trim_end()));
            page.plots.extend(section.plots);
        }
        Ok(page)
    }

    /// Writes `performance.md` and the folder beside it, and takes away what an earlier page has left there: a plot that
    /// is drawn no more would show what nobody has measured.
    pub(crate) fn write(&self, docs: &Path) -> io::Result<()> {
        std::fs::create_dir_all(docs.join(FOLDER))?;
        for (path, content) in self.files() {
            std::fs::write(docs.join(path), content)?;
        }
        self.strangers(docs)?.iter().try_for_each(|path| std::fs::remove_file(docs.join(path)))
    }

    /// What is not as it would be written.
    pub(crate) fn differences(&self, docs: &Path) -> io::Result<Vec<PathBuf>> {
        let mut differing = self.strangers(docs)?;
        for (path, content) in self.files() {
            match std::fs::read(docs.join(&path)) {
                Ok(octets) if octets == content.as_bytes() => {}
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => differing.push(path),
            }
        }
        Ok(differing)
    }

    /// All files, below the folder `docs`.
    fn files(&self) -> Vec<(PathBuf, &str)> {
        let plots = self.plots.iter().map(|plot| (Path::new(FOLDER).join(&plot.file), &*plot.svg));
        std::iter::once((PathBuf::from("performance.md"), &*self.text)).chain(plots).collect()
    }

    /// Plots that are there and do not belong to this page.
    fn strangers(&self, docs: &Path) -> io::Result<Vec<PathBuf>> {
        let ours = self.files();
        let mut strangers = Vec::new();
        for file in std::fs::read_dir(docs.join(FOLDER))? {
            let path = Path::new(FOLDER).join(file?.file_name());
            let is_plot = path.extension().is_some_and(|extension| extension == "svg");
            if is_plot && ours.iter().all(|(known, _)| *known != path) {
                strangers.push(path);
            }
        }
        strangers.sort();
        Ok(strangers)
    }
}

impl Section {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), plots: Vec::new() }
    }

    /// For what has not been measured.
    pub(crate) fn missing(bench: &str) -> Self {
        debug_assert!(BENCHES.contains(&bench), "{bench}");
        Self::text(format!("Not measured: there is no result file of `{bench}`.\n"))
    }

    /// Adds text, a paragraph of its own.
    pub(crate) fn paragraph(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref().trim_end());
        self.text.push_str("\n\n");
    }

    /// Adds a plot, with what it shows for those who do not see it.
    pub(crate) fn plot(&mut self, file: &str, shows: &str, svg: String) {
        self.paragraph(format!("![{shows}](performance/{file})"));
        self.plots.push(Drawn { file: file.to_owned(), svg });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn a_page_without_results_has_every_section_and_says_what_is_missing() {
        let page = Page::of(&Results::default()).unwrap();
        assert!(SECTIONS.iter().all(|(heading, _)| page.text.contains(&format!("\n## {heading}\n"))));
        for bench in BENCHES {
            assert!(page.text.contains(&format!("no result file of `{bench}`")), "{bench}");
        }
        assert_eq!(page.plots.len(), 0);
    }

    #[test]
    fn a_page_that_was_written_differs_by_nothing_until_something_is_changed() {
        let docs = std::env::temp_dir().join(format!("portcullis-docs-{}", std::process::id()));
        let plot = |file: &str| Drawn { file: file.into(), svg: "<svg/>".into() };
        let page = |plots: &[&str]| Page { text: "text".into(), plots: plots.iter().map(|file| plot(file)).collect() };
        page(&["a.svg", "b.svg"]).write(&docs).unwrap();
        let page = page(&["a.svg", "c.svg"]);
        let differences: Vec<_> = ["b.svg", "c.svg"].map(|file| Path::new(FOLDER).join(file)).into();
        assert_eq!(page.differences(&docs).unwrap(), differences);
        page.write(&docs).unwrap();
        assert_eq!(page.differences(&docs).unwrap(), Vec::<PathBuf>::new());
        std::fs::write(docs.join("performance.md"), "other").unwrap();
        assert_eq!(page.differences(&docs).unwrap(), [PathBuf::from("performance.md")]);
        std::fs::remove_dir_all(&docs).unwrap();
    }

    #[test]
    fn the_same_results_make_the_same_page() {
        let rows = ["idle: 50 %", "idle: 99 %", "idle: 100 %"].map(|name| (name, "ns", 2e3));
        let table = invented::table("tokens are cached, background work on the same thread", &rows, &[]);
        let results = Results::of([invented::report("refresh", vec![table])]);
        let [first, second] = [(); 2].map(|()| Page::of(&results).unwrap());
        assert_eq!(first.text, second.text);
        let svgs = |page: &Page| page.plots.iter().map(|plot| plot.svg.clone()).collect::<Vec<_>>();
        assert_eq!((first.plots.len(), svgs(&first)), (1, svgs(&second)));
    }
}
