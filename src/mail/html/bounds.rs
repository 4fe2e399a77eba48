//! Parses HTML within bounds: a few octets of it can stand for a tree of any size or depth.

use html2text::{Handle, RcDom};
use html5ever::driver::{self, ParseOpts};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ExpandedName, QualName, local_name, ns};
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// The deepest tree that is worked on. Nested tables cost more with each level, and no mail client writes so many.
const DEEPEST: u32 = 128;
/// Nodes of the largest tree that is worked on.
const MOST_NODES: u32 = 30_000;
/// After so many octets it is seen whether the tree has outgrown its bounds: unclosed formatting is written anew into
/// each paragraph that follows, so a parse to the end may be too late.
const CHUNK: usize = 512;

/// What HTML is read as. Some tags mean nothing in one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A page of its own, as for the layout.
    Document,
    /// What could stand inside of a `div`, as for [`super::sanitise()`].
    Fragment,
}

/// The tree of HTML; `None` when it is deeper or larger than can be worked on cheaply.
pub(super) fn parse(html: &str, reading: Reading) -> Option<RcDom> {
    let sink = Bounded::default();
    let (nodes, deepest) = (sink.nodes.clone(), sink.deepest.clone());
    let is_over = || nodes.get() > MOST_NODES || deepest.get() > DEEPEST;
    let mut parser = parser(sink, reading);
    let mut rest = html;
    while !rest.is_empty() {
        let at = rest.ceil_char_boundary(CHUNK);
        let (chunk, after) = rest.split_at_checked(at)?;
        parser.process(StrTendril::from_slice(chunk));
        if is_over() {
            return None;
        }
        rest = after;
    }
    let tree = parser.finish();
    (!is_over() && !is_deeper(&tree, DEEPEST)).then_some(tree)
}

fn parser(sink: Bounded, reading: Reading) -> driver::Parser<Bounded> {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    match reading {
        Reading::Document => driver::parse_document(sink, options),
        Reading::Fragment => {
            let context = QualName::new(None, ns!(html), local_name!("div"));
            driver::parse_fragment(sink, options, context, vec![], false)
        }
    }
}

/// What was noted on the way misses moves of whole subtrees; this misses nothing.
fn is_deeper(tree: &RcDom, most: u32) -> bool {
    let mut open: Vec<(Handle, u32)> = vec![(tree.document.clone(), 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > most {
            return true;
        }
        open.extend(node.children.borrow().iter().map(|child| (child.clone(), depth + 1)));
    }
    false
}

/// A node and how deep it stands.
#[derive(Clone)]
struct Placed {
    node: Handle,
    depth: Rc<Cell<u32>>,
}

/// Builds the tree and counts.
#[derive(Default)]
struct Bounded {
    tree: RcDom,
    nodes: Rc<Cell<u32>>,
    deepest: Rc<Cell<u32>>,
}

impl Bounded {
    fn placed(&self, node: Handle) -> Placed {
        self.nodes.set(self.nodes.get().saturating_add(1));
        let depth = Rc::default();
        Placed { node, depth }
    }

    fn place(&self, child: NodeOrText<Placed>, depth: u32) -> NodeOrText<Handle> {
        self.deepest.set(self.deepest.get().max(depth));
        match child {
            NodeOrText::AppendNode(placed) => {
                placed.depth.set(depth);
                NodeOrText::AppendNode(placed.node)
            }
            NodeOrText::AppendText(text) => {
                self.nodes.set(self.nodes.get().saturating_add(1));
                NodeOrText::AppendText(text)
            }
        }
    }
}

impl TreeSink for Bounded {
    type Handle = Placed;
    type Output = RcDom;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> RcDom {
        self.tree
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Placed {
        self.placed(self.tree.get_document())
    }

    fn elem_name<'a>(&'a self, target: &'a Placed) -> ExpandedName<'a> {
        self.tree.elem_name(&target.node)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Placed {
        self.placed(self.tree.create_element(name, attributes, flags))
    }

    fn create_comment(&self, text: StrTendril) -> Placed {
        self.placed(self.tree.create_comment(text))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Placed {
        self.placed(self.tree.create_pi(target, data))
    }

    fn append(&self, parent: &Placed, child: NodeOrText<Placed>) {
        let child = self.place(child, parent.depth.get() + 1);
        self.tree.append(&parent.node, child);
    }

    fn append_based_on_parent_node(&self, element: &Placed, previous: &Placed, child: NodeOrText<Placed>) {
        let child = self.place(child, element.depth.get().max(previous.depth.get() + 1));
        self.tree
            .append_based_on_parent_node(&element.node, &previous.node, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.tree.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &Placed) -> Placed {
        Placed {
            node: self.tree.get_template_contents(&target.node),
            depth: target.depth.clone(),
        }
    }

    fn same_node(&self, one: &Placed, other: &Placed) -> bool {
        self.tree.same_node(&one.node, &other.node)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &Placed, child: NodeOrText<Placed>) {
        let child = self.place(child, sibling.depth.get());
        self.tree.append_before_sibling(&sibling.node, child);
    }

    fn add_attrs_if_missing(&self, target: &Placed, attributes: Vec<Attribute>) {
        self.tree.add_attrs_if_missing(&target.node, attributes);
    }

    fn remove_from_parent(&self, target: &Placed) {
        self.tree.remove_from_parent(&target.node);
    }

    fn reparent_children(&self, node: &Placed, new_parent: &Placed) {
        self.tree.reparent_children(&node.node, &new_parent.node);
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &Placed) -> bool {
        self.tree.is_mathml_annotation_xml_integration_point(&target.node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_for_its_tree_is_given_up_early() {
        let formatting: String = (0..60).map(|n| format!("<b a={n}>")).collect();
        let growing: String = (0..10_000).map(|n| format!("<div><b a={n}></div>")).collect();
        for bomb in [
            format!("<p>{formatting}</p>{}", "<p>x".repeat(60_000)),
            growing,
            "<div title='</div>'>".repeat(10_000),
            "<div><!--</div>-->".repeat(10_000),
            "<b><div></b>".repeat(20_000),
            "<span><div></span>".repeat(10_000),
            "<template>".repeat(10_000),
            "<svg><desc>".repeat(10_000),
            "<br>".repeat(60_000),
        ] {
            for reading in [Reading::Document, Reading::Fragment] {
                assert!(parse(&bomb, reading).is_none(), "{}", bomb.get(..40).unwrap());
            }
        }
    }

    #[test]
    fn a_page_that_begins_as_a_frameset_is_deep_only_as_a_fragment() {
        let html = format!("<frameset>{}", "<div>".repeat(10_000));
        assert!(parse(&html, Reading::Document).is_some());
        assert!(parse(&html, Reading::Fragment).is_none());
    }
}
