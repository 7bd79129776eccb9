//! Documentation as plain data: a site of pages, a page of sections, a section of entries.

use std::rc::Rc;

/// Everything that is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// What it is about: `shop`, `httpx 0.28.1`.
    pub title: String,
    /// Sentences below the title.
    pub facts: Vec<String>,
    /// The pages in order; the first is the main one.
    pub pages: Vec<Page>,
}

/// One module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The module's name.
    pub name: String,
    /// How a program imports it.
    pub import: Option<String>,
    /// What it says about itself.
    pub doc: Option<DocText>,
    /// Sentences about it.
    pub facts: Vec<String>,
    /// Its sections; those without entries are not shown.
    pub sections: Vec<Section>,
}

/// Entries of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The entries, in the order in which they are shown.
    pub entries: Vec<Entry>,
}

/// Something that has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its place on the page; unique there.
    pub anchor: String,
    /// The path by which types name it, such as `httpx.Client`; other pages link to it by that.
    pub path: Option<Rc<str>>,
    /// Declarations in Mochi, one for each overload.
    pub signatures: Vec<String>,
    /// What it says about itself.
    pub doc: Option<DocText>,
    /// Sentences about it: deprecation, what is degraded.
    pub notes: Vec<Note>,
    /// What it contains.
    pub members: Vec<Entry>,
}

/// A remark about an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What kind of remark: `deprecated`, or the code of a skip's reason.
    pub label: String,
    /// The sentence.
    pub text: String,
}

/// Documentation as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocText {
    /// Markdown: Mochi's `///`.
    Markdown(Rc<str>),
    /// A Python docstring, in whatever form its authors like.
    Docstring(Rc<str>),
}
