//! Every construct and the tree it has.

use super::{expr, tree};

#[test]
fn literals() {
    assert_eq!(expr("[1, 007, 0x1F, 0b101, 0o17]"), "(list 1 7 31 5 15)");
    assert_eq!(expr("9223372036854775807"), "9223372036854775807");
    assert_eq!(expr("[1.5, 2e3, 1.0e-7]"), "(list 1.5 2000.0 1e-7)");
    assert_eq!(expr("[true, false, none]"), "(list true false none)");
    assert_eq!(
        expr(r#""a\\\"\n\r\t\b\f\v\a\x41\u03c0\U0001F363\101""#),
        r#""a\\\"\n\r\t\u{8}\u{c}\u{b}\u{7}Aπ🍣A""#
    );
    assert_eq!(expr("\"a\r\nb\nc\""), r#""a\nb\nc""#);
    assert_eq!(expr(r#"b"GET \x00\377""#), r#"b"GET \x00\xff""#);
    assert_eq!(expr("[π, x2_y, 🍣, _]"), "(list π x2_y 🍣 _)");
}

#[test]
fn blanks_and_comments() {
    let text = "\u{feff}let a = 1 // c\r\n# d\nlet /* e\n * / */ b = 2;;let c = 3 /// no doc\n";
    assert_eq!(tree(text), "(let a = 1)\n(let b = 2)\n(let c = 3)");
    assert_eq!(tree(""), "");
}

#[test]
fn line_breaks_mean_nothing() {
    assert_eq!(tree("let a = 5\n-3"), "(let a = (- 5 3))");
    assert_eq!(tree("let a = f\n(1)\n[2]"), "(let a = (at (call f 1) [2]))");
    assert_eq!(
        tree("fun f() { return\n\n1 }"),
        "(fun f [] (do (return 1)))"
    );
    assert_eq!(
        tree("fun f() { return\nx = 1 }"),
        "(fun f [] (do (return) (set x = 1)))"
    );
}

#[test]
fn precedence_of_every_level() {
    assert_eq!(
        expr("a union b ?? c || d && e == f < g | h ^ i & j << k + l * -m.n"),
        "(union a (?? b (|| c (&& d (== e (< f (| g (^ h (& i (<< j (+ k (* l (- (. m n))))))))))))))"
    );
    assert_eq!(
        expr("-m * l + k << j & i ^ h | g < f == e && d || c ?? b union all a"),
        "(union all (?? (|| (&& (== (< (| (^ (& (<< (+ (* (- m) l) k) j) i) h) g) f) e) d) c) b) a)"
    );
    assert_eq!(expr("a - b - c"), "(- (- a b) c)");
    assert_eq!(expr("a < b < c"), "(< (< a b) c)");
    assert_eq!(expr("a >> b >= c"), "(>= (>> a b) c)");
    assert_eq!(expr("a @ b % c / d"), "(/ (% (@ a b) c) d)");
    assert_eq!(expr("a != b in c"), "(in (!= a b) c)");
    assert_eq!(expr("a except b intersect c"), "(intersect (except a b) c)");
    assert_eq!(expr("!~-a"), "(! (~ (- a)))");
}

#[test]
fn power_is_above_unary_and_groups_to_the_right() {
    assert_eq!(expr("-a ** b ** c"), "(- (** a (** b c)))");
    assert_eq!(expr("a ** -b"), "(** a (- b))");
    assert_eq!(expr("a ** b.c * d"), "(* (** a (. b c)) d)");
}

#[test]
fn postfix_forms() {
    assert_eq!(
        expr("x?.y.z?.f(1)?[i]"),
        "(?at (call (?. (. (?. x y) z) f) 1) i)"
    );
    assert_eq!(
        expr("f(a, k = b, type = 1,)(_)"),
        "(call (call f a k = b type = 1) _)"
    );
    assert_eq!(expr("e.type.import"), "(. (. e type) import)");
    assert_eq!(expr("x == y.f(a == b)"), "(== x (call (. y f) (== a b)))");
    assert_eq!(
        expr("[s[1], s[1:], s[:2], s[:], s[::3], s[1:2:3], s[1: -1], h[1:3, 0]]"),
        "(list (at s [1]) (at s [(slice 1 _ _)]) (at s [(slice _ 2 _)]) (at s [(slice _ _ _)]) \
         (at s [(slice _ _ 3)]) (at s [(slice 1 2 3)]) (at s [(slice 1 (- 1) _)]) \
         (at h [(slice 1 3 _) 0]))"
    );
}

#[test]
fn casts() {
    assert_eq!(expr("x as int + 1"), "(+ (as x int) 1)");
    assert_eq!(expr("x as list<int>"), "(as x list<int>)");
    assert_eq!(
        expr("x as int < 5 && y > (z)"),
        "(&& (< (as x int) 5) (> y (paren z)))"
    );
    assert_eq!(expr("x as int ?? 0"), "(?? (as x int) 0)");
    assert_eq!(expr("x as int?"), "(as x (? int))");
    assert_eq!(expr("x as a.B | none_t"), "(as x (| a.B none_t))");
    assert_eq!(expr("-x as float"), "(- (as x float))");
}

#[test]
fn containers() {
    assert_eq!(expr("[]"), "(list)");
    assert_eq!(
        expr("{a: 1, \"b\": 2, (c): 3, 1 + 1: 4,}"),
        "(map a = 1 \"b\" = 2 (paren c) = 3 (+ 1 1) = 4)"
    );
    assert_eq!(expr("{}"), "(map)");
    assert_eq!(expr("set{1, 2,}"), "(set 1 2)");
    assert_eq!(expr("set{}"), "(set)");
    assert_eq!(expr("omap{a: 1}"), "(omap a = 1)");
    assert_eq!(expr("(a, (b, c),)"), "(tuple a (tuple b c))");
    assert_eq!(expr("(a)"), "(paren a)");
}

#[test]
fn record_literals() {
    assert_eq!(expr("P { x: 1, type: 2, }"), "(new P x = 1 type = 2)");
    assert_eq!(expr("a.b.P { }"), "(new a.b.P)");
    assert_eq!(expr("P { x: Q { } }.x"), "(. (new P x = (new Q)) x)");
}

#[test]
fn braces_behind_heads() {
    assert_eq!(tree("if x { }"), "(if x (do))");
    assert_eq!(
        tree("if P { x: 1 } == q { f() }"),
        "(if (== (new P x = 1) q) (do (call f)))"
    );
    assert_eq!(
        tree("if (P { }) == q { }"),
        "(if (== (paren (new P)) q) (do))"
    );
    assert_eq!(
        tree("if q == P { } { f() }"),
        "(if (== q (new P)) (do (call f)))"
    );
    assert_eq!(tree("while x { }"), "(while x (do))");
    assert_eq!(tree("for x in xs { }"), "(for x xs (do))");
    assert_eq!(tree("for i in a..b { }"), "(for i a .. b (do))");
    assert_eq!(tree("using a = b { }"), "(using a b (do))");
    assert_eq!(tree("if f(P { }) { }"), "(if (call f (new P)) (do))");
    assert_eq!(
        tree("match p { x: int => { f() } }"),
        "(match p (arm x : int (do (call f))))"
    );
    assert_eq!(
        tree("match (P { x: 1 }) { _ => f() }"),
        "(match (paren (new P x = 1)) (arm _ (call f)))"
    );
}

#[test]
fn f_strings() {
    assert_eq!(expr(r#"f"""#), "(f)");
    assert_eq!(
        expr(r#"f"{name}: {total:.2f} {{x}}\t""#),
        r#"(f name ": " total :.2f " {x}\t")"#
    );
    assert_eq!(
        expr(r#"f"{m["k"]} {f"in {b}"} {({a: 1})} {x[1:2]:>3}""#),
        r#"(f (at m ["k"]) " " (f "in " b) " " (paren (map a = 1)) " " (at x [(slice 1 2 _)]) :>3)"#
    );
    assert_eq!(expr(r#"f"{x:-5}{y:}""#), "(f x :-5 y :)");
    assert_eq!(expr("f\"{\n  a\n}\nb\""), "(f a \"\\nb\")");
}

#[test]
fn if_expressions() {
    assert_eq!(expr("if c then a else b"), "(if-expr c a b)");
    assert_eq!(expr("if c { a } else { b }"), "(if-expr c a b)");
    assert_eq!(
        expr("if c { a } else if d { b } else { e }"),
        "(if-expr c a (if-expr d b e))"
    );
    assert_eq!(expr("if c { a }"), "(if-expr c a)");
    assert_eq!(
        expr("if c then {a: 1} else {}"),
        "(if-expr c (map a = 1) (map))"
    );
    assert_eq!(
        tree("if c then f() else g()"),
        "(if-expr c (call f) (call g))"
    );
}

#[test]
fn lambdas() {
    assert_eq!(
        expr("fun(x: int, y): int => x + 1"),
        "(lambda [x : int y] : int (+ x 1))"
    );
    assert_eq!(
        expr("fun<T: B>(x: T = 1) ! io, net { return x }"),
        "(lambda (<> T : B) [x : T = 1] (! io net) (do (return x)))"
    );
    assert_eq!(expr("fun() => fun() => 1"), "(lambda [] (lambda [] 1))");
}

#[test]
fn match_arms() {
    assert_eq!(
        expr("match t { Leaf => 0 Node(Leaf, (v), _) when v > 0 => { let s = v s } _ => {} }"),
        "(match t (arm Leaf 0) (arm (Node Leaf v _) (when (> v 0)) (do (let s = v) s)) (arm _ (map)))"
    );
    assert_eq!(
        expr(
            "match t { 1 => a, 1.5 => b, \"s\" => c, none => { k: 1 }, C.RED => { f(1): 2 }, x: A | B => d, }"
        ),
        "(match t (arm 1 a) (arm 1.5 b) (arm \"s\" c) (arm none (map k = 1)) \
         (arm C.RED (map (call f 1) = 2)) (arm x : (| A B) d))"
    );
    assert_eq!(
        tree("match t { A => { let x: int = 1 f(x) } B => { if a { g() } } }"),
        "(match t (arm A (do (let x : int = 1) (call f x))) (arm B (do (if a (do (call g))))))"
    );
}

#[test]
fn declarations() {
    assert_eq!(
        tree("let a = 1 var b: int export let c: string = \"\""),
        "(let a = 1)\n(var b : int)\nexport (let c : string = \"\")"
    );
    assert_eq!(
        tree("let (a, b) = t var (a, (b, _)): (int, (int, int)) = t"),
        "(let (tuple a b) = t)\n(var (tuple a (tuple b _)) : (tuple int (tuple int int)) = t)"
    );
    assert_eq!(
        tree("export fun f<T, U: B>(x: T, k: int = 3,): [U] ! io { }"),
        "export (fun f (<> T U : B) [x : T k : int = 3] : (list U) (! io) (do))"
    );
    assert_eq!(
        tree("type P { x: int, y: int? fun show(): string { return \"\" } z: P }"),
        "(type P (record x : int y : (? int) z : P (fun show [] : string (do (return \"\")))))"
    );
    assert_eq!(tree("type P = { x: int }"), "(type P (record x : int))");
    assert_eq!(
        tree("type T = Leaf | Node(left: T, v: int) | Other { a: int b: int }"),
        "(type T (sum Leaf (Node left : T v : int) (Other a : int b : int)))"
    );
    assert_eq!(
        tree("type T = Some(v: int)"),
        "(type T (sum (Some v : int)))"
    );
    assert_eq!(tree("type T = A | B"), "(type T (sum A B))");
    assert_eq!(tree("type X = (A | B)"), "(type X (alias (| A B)))");
    assert_eq!(tree("type X = int"), "(type X (alias int))");
    assert_eq!(
        tree("type X = int | [string]"),
        "(type X (alias (| int (list string))))"
    );
    assert_eq!(
        tree("type X = list<int> | a.B"),
        "(type X (alias (| list<int> a.B)))"
    );
}

#[test]
fn types() {
    let ty = |text: &str| {
        let tree = tree(&format!("let x: {text}"));
        tree.strip_prefix("(let x : ")
            .and_then(|t| t.strip_suffix(')'))
            .expect("a declaration")
            .to_owned()
    };
    assert_eq!(
        ty("map<string, list<list<int>>>"),
        "map<string, list<list<int>>>"
    );
    assert_eq!(ty("map<int, list<int>,>"), "map<int, list<int>>");
    assert_eq!(ty("[int]?"), "(? (list int))");
    assert_eq!(ty("(int, string)"), "(tuple int string)");
    assert_eq!(ty("(int)"), "int");
    assert_eq!(ty("\"r\" | \"w\" | 1"), "(| \"r\" \"w\" 1)");
    assert_eq!(ty("fun(int, A?): B?"), "(fun [int (? A)] : (? B))");
    assert_eq!(ty("fun(...any): R"), "(fun ...any : R)");
    assert_eq!(ty("fun() | none_t"), "(| (fun []) none_t)");
    assert_eq!(ty("{a: A, b: {c: C}}"), "(record a : A b : (record c : C))");
    assert_eq!(ty("httpx.Client"), "httpx.Client");
    assert_eq!(ty("type_<a.type>"), "type_<a.type>");
}

#[test]
fn a_closing_shift_ends_two_lists_of_arguments() {
    assert_eq!(
        tree("let x: a<b<int>>= c fun f<T: a<b>>() { }"),
        "(let x : a<b<int>> = c)\n(fun f (<> T : a<b>) [] (do))"
    );
}

#[test]
fn statements() {
    assert_eq!(
        tree("a = 1 a.b[1].type = 2 a[1:2] = 3"),
        "(set a = 1)\n(set a .b [1] .type = 2)\n(set a [(slice 1 2 _)] = 3)"
    );
    assert_eq!(
        tree("if a { f() } else if b { g() } else { h() }"),
        "(if a (do (call f)) (if b (do (call g)) (do (call h))))"
    );
    assert_eq!(
        tree("while true { break continue }"),
        "(while true (do break continue))"
    );
    assert_eq!(
        tree("for (k, v) in m { f(k) }"),
        "(for (tuple k v) m (do (call f k)))"
    );
    assert_eq!(
        tree("try { f() } catch e: a.E { g() } catch e { h() } finally { i() }"),
        "(try (do (call f)) (catch e : a.E (do (call g))) (catch e (do (call h))) \
         (finally (do (call i))))"
    );
    assert_eq!(tree("try { } finally { }"), "(try (do) (finally (do)))");
    assert_eq!(tree("using a = f() g()"), "(using a (call f))\n(call g)");
    assert_eq!(
        tree("test \"t\" { expect a == b } bench \"b\" { f() }"),
        "(test \"t\" (do (expect (== a b))))\n(bench \"b\" (do (call f)))"
    );
}

#[test]
fn imports() {
    assert_eq!(
        tree(
            "package shop import python \"httpx>=0.27\" as httpx auto ! net, io import \"./lib\" as lib import \"x\""
        ),
        "(package shop)\n(import python \"httpx>=0.27\" (as httpx) auto (! net io))\n\
         (import \"./lib\" (as lib))\n(import \"x\")"
    );
    assert_eq!(
        tree("import python \"a\" as auto\nauto.f()"),
        "(import python \"a\" (as auto))\n(call (. auto f))"
    );
}

#[test]
fn documentation() {
    assert_eq!(
        tree(
            "/// One.\n///   Two.\nfun f() { }\n\n/// V.\nexport let a = 1\n/// T.\ntype P {\n  /// X.\n  x: int\n  /// S.\n  fun s() { }\n}"
        ),
        "(doc \"One.\\n  Two.\") (fun f [] (do))\n(doc \"V.\") export (let a = 1)\n\
         (doc \"T.\") (type P (record (doc \"X.\") x : int (doc \"S.\") (fun s [] (do))))"
    );
    assert_eq!(
        tree("/// The file.\n\nfun f() { }"),
        "(doc \"The file.\")\n(fun f [] (do))"
    );
    assert_eq!(
        tree("/// The file.\nimport \"x\"\n//// no\nfun f() { }\n/// gap\n\nfun g() { }"),
        "(doc \"The file.\")\n(import \"x\")\n(fun f [] (do))\n(fun g [] (do))"
    );
    assert_eq!(
        tree("/// The file.\n\n/// F.\nfun f() { }"),
        "(doc \"The file.\")\n(doc \"F.\") (fun f [] (do))"
    );
    assert_eq!(
        tree("/// P.\npackage p\n/// F.\nfun f() { }"),
        "(package p)\n(doc \"P.\")\n(doc \"F.\") (fun f [] (do))"
    );
}

#[test]
fn extern_declarations() {
    let check = |text: &str, expected: &str| assert_eq!(tree(text), expected, "in {text}");
    check(
        "/// Keeps.\nextern python fun clamp(x: float, /, lo: float = 0.0, *, hi: float = _): float",
        "(doc \"Keeps.\") (extern fun clamp [/ x : float lo : float = 0.0 = hi : float = _] : float)",
    );
    check(
        "export extern async fun m.get<T: Base>(*args: T, **kw: any): T? ! net",
        "export (extern async fun m.get (<> T : Base) [* args : T ** kw : any] : (? T) (! net))",
    );
    check(
        "extern python type F extends A, B { let s: (int, int)\n test: int\n fun __len__(): int\n static fun r(p: string = _): F\n type I { a: int = _ } }",
        "(extern type F (extends A B) (let s : (tuple int int)) (field test : int) (fun __len__ [] : int) static (fun r [p : string = _] : F) (extern type I (field a : int = _)))",
    );
    check(
        "extern enum C: int { A = 1, B }",
        "(extern enum C : int [A = 1 B])",
    );
    check("extern error E extends B", "(extern error E (extends B))");
    check("extern object o", "(extern object o)");
    check(
        "extern python var settings.debug: bool",
        "(extern var settings.debug : bool)",
    );
}
