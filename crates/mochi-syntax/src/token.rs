//! Tokens: what the lexer hands to the parser. A token is a kind and a place; its text stays in the
//! source.
//!
//! Spec: language.md §1.

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: TokenKind,
    /// Nothing but blanks and comments stands before it on its line.
    pub first_on_line: bool,
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

/// Declares the kinds of token, in groups whose order [`TokenKind`]'s questions rely on.
macro_rules! kinds {
    (
        shapes { $($shape:ident $shape_doc:literal,)* }
        marks { $($mark:ident $mark_text:literal,)* }
        contextual { $($soft:ident $soft_text:literal,)* }
        reserved { $($hard:ident $hard_text:literal,)* }
    ) => {
        /// What a token is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(crate) enum TokenKind {
            $(#[doc = $shape_doc] $shape,)*
            $($mark,)*
            /// A name that is no word of the language.
            Name,
            $($soft,)*
            $($hard,)*
        }

        impl TokenKind {
            /// The kind of a name or word.
            pub fn of_word(text: &str) -> Self {
                match text {
                    $($soft_text => Self::$soft,)*
                    $($hard_text => Self::$hard,)*
                    _ => Self::Name,
                }
            }

            /// A mark or word as written; for the other kinds, what a person would call it.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$shape => $shape_doc,)*
                    $(Self::$mark => $mark_text,)*
                    Self::Name => "name",
                    $(Self::$soft => $soft_text,)*
                    $(Self::$hard => $hard_text,)*
                }
            }
        }
    };
}

kinds! {
    shapes {
        Eof "end of file",
        Illegal "illegal character",
        BadLiteral "malformed literal",
        Int "integer",
        Float "float",
        Str "string",
        Bytes "byte string",
        FStart "start of f-string",
        FText "text of f-string",
        FOpen "opening brace in f-string",
        FSpec "format in f-string",
        FClose "closing brace in f-string",
        FEnd "end of f-string",
    }
    marks {
        Ellipsis "...",
        EqEq "==",
        NotEq "!=",
        Le "<=",
        Ge ">=",
        AndAnd "&&",
        OrOr "||",
        FatArrow "=>",
        ColonDash ":-",
        DotDot "..",
        Coalesce "??",
        StarStar "**",
        Shl "<<",
        Shr ">>",
        Minus "-",
        Plus "+",
        Star "*",
        Slash "/",
        Percent "%",
        Eq "=",
        Lt "<",
        Gt ">",
        Bang "!",
        Bar "|",
        Amp "&",
        Caret "^",
        Tilde "~",
        At "@",
        LBrace "{",
        RBrace "}",
        LBracket "[",
        RBracket "]",
        LParen "(",
        RParen ")",
        Comma ",",
        Dot ".",
        Colon ":",
        Question "?",
    }
    contextual {
        From "from",
        Where "where",
        Select "select",
        Group "group",
        By "by",
        Into "into",
        Having "having",
        Join "join",
        Left "left",
        Right "right",
        Outer "outer",
        Sort "sort",
        Order "order",
        Skip "skip",
        Take "take",
        Distinct "distinct",
        Union "union",
        Except "except",
        Intersect "intersect",
        Query "query",
        Update "update",
        With "with",
        To "to",
        As "as",
        Model "model",
        Bench "bench",
        Object "object",
        Python "python",
        Auto "auto",
        Using "using",
        Finally "finally",
        Extends "extends",
        Interface "interface",
        Enum "enum",
        ErrorWord "error",
        Record "record",
        Static "static",
        Timeout "timeout",
    }
    reserved {
        Agent "agent",
        All "all",
        Async "async",
        Await "await",
        Break "break",
        Catch "catch",
        Close "close",
        Continue "continue",
        Else "else",
        Emit "emit",
        Expect "expect",
        Export "export",
        Extern "extern",
        Fact "fact",
        False "false",
        Fetch "fetch",
        For "for",
        Fun "fun",
        Generate "generate",
        If "if",
        Import "import",
        In "in",
        Intent "intent",
        Let "let",
        Load "load",
        Match "match",
        None "none",
        Not "not",
        OMap "omap",
        On "on",
        Package "package",
        Return "return",
        Rule "rule",
        Save "save",
        Set "set",
        Spawn "spawn",
        Stream "stream",
        Test "test",
        Then "then",
        True "true",
        Try "try",
        Type "type",
        Var "var",
        When "when",
        While "while",
    }
}

impl TokenKind {
    /// A name: no reserved word.
    pub fn is_name(self) -> bool {
        self >= Self::Name && self < Self::Agent
    }

    /// A name where a type stands: some of the reserved words name a builtin type too.
    pub fn is_type_name(self) -> bool {
        self.is_name() || matches!(self, Self::Set | Self::OMap | Self::Stream)
    }

    /// A name or any word (WORD in the grammar).
    pub fn is_word(self) -> bool {
        self >= Self::Name
    }

    /// Begins an expression, whatever follows.
    pub fn starts_expr(self) -> bool {
        use TokenKind as K;
        self.is_name()
            || matches!(
                self,
                K::BadLiteral
                    | K::Int
                    | K::Float
                    | K::Str
                    | K::Bytes
                    | K::FStart
                    | K::Minus
                    | K::Bang
                    | K::Tilde
                    | K::LBrace
                    | K::LBracket
                    | K::LParen
                    | K::Async
                    | K::Await
                    | K::False
                    | K::Fetch
                    | K::Fun
                    | K::Generate
                    | K::If
                    | K::Load
                    | K::Match
                    | K::None
                    | K::OMap
                    | K::Save
                    | K::Set
                    | K::Spawn
                    | K::True
            )
    }

    /// Begins a type.
    pub fn starts_type(self) -> bool {
        self.is_type_name()
            || matches!(
                self,
                Self::Fun | Self::LBrace | Self::LBracket | Self::LParen | Self::Str | Self::Int
            )
    }

    /// Begins a line of a declaration's or `match`'s braces.
    pub fn starts_member(self) -> bool {
        use TokenKind as K;
        let literals = [K::BadLiteral, K::Int, K::Float, K::Str, K::Bytes, K::FStart];
        self.is_word() || literals.contains(&self)
    }

    /// A word that begins a statement and never continues or begins an expression.
    pub fn is_statement_word(self) -> bool {
        use TokenKind as K;
        matches!(
            self,
            K::Agent
                | K::Break
                | K::Continue
                | K::Emit
                | K::Expect
                | K::Export
                | K::Extern
                | K::Fact
                | K::For
                | K::Import
                | K::Let
                | K::Return
                | K::Rule
                | K::Stream
                | K::Test
                | K::Try
                | K::Type
                | K::Var
                | K::While
        )
    }
}
