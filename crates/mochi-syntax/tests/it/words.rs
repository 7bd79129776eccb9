//! Contextual words as names, reserved words where any word will do.

use super::{expr, faults, tree};

const CONTEXTUAL: &str = "from where select group by into having join left right outer sort order \
    skip take distinct union except intersect query update with to as model bench object python \
    auto using finally extends interface enum error record static timeout this Self";

const RESERVED: &str = "agent all async await break catch close continue else emit expect export \
    extern fact false fetch for fun generate if import in intent let load match none not omap on \
    package return rule save set spawn stream test then true try type var when while";

#[test]
fn every_contextual_word_is_a_name() {
    for word in CONTEXTUAL.split_whitespace() {
        assert_eq!(
            tree(&format!("let {word} = {word}")),
            format!("(let {word} = {word})")
        );
        assert_eq!(tree(&format!("{word} = 1")), format!("(set {word} = 1)"));
        assert_eq!(tree(&format!("{word}(1)")), format!("(call {word} 1)"));
        assert_eq!(tree(&format!("{word}.f()")), format!("(call (. {word} f))"));
        assert_eq!(
            tree(&format!("fun {word}({word}: {word}) {{ return {word} }}")),
            format!("(fun {word} [{word} : {word}] (do (return {word})))")
        );
        assert_eq!(
            expr(&format!("{{{word}: {word}}}")),
            format!("(map {word} = {word})")
        );
        assert_eq!(
            expr(&format!("{word} + {word}[0]")),
            format!("(+ {word} (at {word} [0]))")
        );
        assert_eq!(
            tree(&format!("type {word} {{ {word}: int }}")),
            format!("(type {word} (record {word} : int))")
        );
        assert_eq!(
            tree(&format!("for {word} in {word} {{ {word}({word}) }}")),
            format!("(for {word} {word} (do (call {word} {word})))")
        );
        assert_eq!(
            tree(&format!("match {word} {{ {word} => f({word}) }}")),
            format!("(match {word} (arm {word} (call f {word})))")
        );
    }
}

#[test]
fn no_reserved_word_is_a_name() {
    for word in RESERVED.split_whitespace() {
        let found = faults(&format!("let {word} = 1"));
        let expected = format!("P031 1:5 unexpected token \"{word}\" (expected name)");
        assert_eq!(found, expected);
    }
}

#[test]
fn any_word_stands_behind_dots_and_before_argument_values() {
    for word in CONTEXTUAL
        .split_whitespace()
        .chain(RESERVED.split_whitespace())
    {
        assert_eq!(
            expr(&format!("a.{word}?.{word}(b, {word} = 1)")),
            format!("(call (?. (. a {word}) {word}) b {word} = 1)")
        );
        assert_eq!(
            expr(&format!("P {{ {word}: 1 }}")),
            format!("(new P {word} = 1)")
        );
        assert_eq!(
            tree(&format!("a.{word}[0] = 1")),
            format!("(set a .{word} [0] = 1)")
        );
    }
}

#[test]
fn words_begin_their_forms_only_where_these_follow() {
    assert_eq!(expr("from"), "from");
    assert_eq!(expr("query(a)"), "(call query a)");
    assert_eq!(tree("let a = b\nunion = 3"), "(let a = b)\n(set union = 3)");
    assert_eq!(
        tree("using(a)\nusing = b"),
        "(call using a)\n(set using = b)"
    );
    assert_eq!(
        tree("update.set()\nbench.f()"),
        "(call (. update set))\n(call (. bench f))"
    );
    assert_eq!(
        tree("model = 1 model.f()"),
        "(set model = 1)\n(call (. model f))"
    );
    assert_eq!(
        tree("try { f() } catch e { g() } finally = 1"),
        "(try (do (call f)) (catch e (do (call g))))\n(set finally = 1)"
    );
    assert_eq!(expr("set{from}"), "(set from)");
    assert_eq!(expr("x as as"), "(as x as)");
}
