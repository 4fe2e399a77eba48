//! A Rust source file as the rules see it: its imports and its functions, read with `syn`.

use proc_macro2::{Span, TokenStream, TokenTree};
use std::path::{Path, PathBuf};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// One source file.
pub struct Source {
    /// Its path from the crate's root.
    pub file: String,
    /// The module it is: `["desk", "decide"]`; empty for `main.rs` and `lib.rs`.
    pub module: Vec<String>,
    pub lines: usize,
    pub imports: Vec<Import>,
    pub functions: Vec<Function>,
}

/// A path that names something outside the module, from a `use` or anywhere else.
#[derive(Debug)]
pub struct Import {
    /// Its segments; the first is `crate` or another crate's name.
    pub path: Vec<String>,
    pub line: usize,
}

/// A function or method.
pub struct Function {
    pub name: String,
    pub line: usize,
    /// From its signature (without attributes and comments above) to its closing brace.
    pub lines: usize,
}

/// Every `.rs` file below a folder, in the order of their names.
pub fn rust_files(root: &Path, folder: &str) -> Vec<PathBuf> {
    let mut files = vec![];
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

impl Source {
    pub fn read(root: &Path, file: &Path) -> Self {
        let name = file.strip_prefix(root).unwrap().to_str().unwrap();
        Self::parse(name, &std::fs::read_to_string(file).unwrap())
    }

    pub fn parse(file: &str, text: &str) -> Self {
        let tree = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let module = module_of(file);
        let mut reader = Reader {
            here: module.clone(),
            imports: vec![],
            functions: vec![],
        };
        reader.visit_file(&tree);
        Self {
            file: file.to_owned(),
            module,
            lines: text.lines().count(),
            imports: reader.imports,
            functions: reader.functions,
        }
    }

    /// Whether an item of the crate's root is a module: its file is there.
    pub fn names_a_module(&self, name: &str) -> bool {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        src.join(format!("{name}.rs")).exists() || src.join(name).exists()
    }
}

fn module_of(file: &str) -> Vec<String> {
    let inside = file.strip_prefix("src/").unwrap_or(file).trim_end_matches(".rs");
    let inside = inside.trim_end_matches("/mod");
    match inside {
        "main" | "lib" => vec![],
        _ => inside.split('/').map(str::to_owned).collect(),
    }
}

struct Reader {
    /// The module the reader is in, inline ones too.
    here: Vec<String>,
    imports: Vec<Import>,
    functions: Vec<Function>,
}

impl Reader {
    fn import(&mut self, segments: &[String], span: Span) {
        let Some(first) = segments.first() else { return };
        let path = match first.as_str() {
            "super" => {
                let ups = segments.iter().take_while(|segment| *segment == "super").count();
                let kept = self.here.len().saturating_sub(ups);
                [&["crate".to_owned()], &self.here[..kept], &segments[ups..]].concat()
            }
            // The binary names the library by its name.
            "buzon" => [&["crate".to_owned()], &segments[1..]].concat(),
            _ => segments.to_vec(),
        };
        self.imports.push(Import {
            path,
            line: span.start().line,
        });
    }

    fn use_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.import(&with(&name.ident), name.span()),
            syn::UseTree::Rename(rename) => self.import(&with(&rename.ident), rename.span()),
            syn::UseTree::Glob(glob) => self.import(before, glob.span()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.use_tree(before, item)),
        }
    }

    /// Macro arguments are no syntax tree; paths in them are read token by token.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = vec![];
        let mut start = None;
        let mut after_colons = false;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if !after_colons {
                        self.end_path(&mut path, start);
                        start = Some(ident.span());
                    }
                    path.push(ident.to_string());
                    after_colons = false;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => after_colons = true,
                TokenTree::Group(group) => {
                    self.end_path(&mut path, start);
                    self.tokens(group.stream());
                    after_colons = false;
                }
                _ => {
                    self.end_path(&mut path, start);
                    after_colons = false;
                }
            }
        }
        self.end_path(&mut path, start);
    }

    fn end_path(&mut self, path: &mut Vec<String>, start: Option<Span>) {
        let segments = std::mem::take(path);
        if let (true, Some(span)) = (segments.len() > 1, start) {
            self.import(&segments, span);
        }
    }

    fn function(&mut self, name: &syn::Ident, signature: Span, block: &syn::Block) {
        let line = signature.start().line;
        let end = block.brace_token.span.close().end().line;
        self.functions.push(Function {
            name: name.to_string(),
            line,
            lines: end + 1 - line,
        });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        // A single name is local, or was imported by a `use`.
        if segments.len() > 1 {
            self.import(&segments, path.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.here.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.here.pop();
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig.ident, item.sig.span(), &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig.ident, item.sig.span(), &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig.ident, item.sig.span(), block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}
