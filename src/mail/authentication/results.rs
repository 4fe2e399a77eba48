//! The Authentication-Results field (RFC 8601 §2.2).

/// One field taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AuthenticationResults {
    /// The authserv-id in lower case; `None` where the field starts with a result at once, as Exchange Online writes it.
    pub authserv_id: Option<String>,
    /// The results in the order written.
    pub results: Vec<MethodResult>,
}

/// `method=result` and its properties; all but property values in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MethodResult {
    /// The method without its version.
    pub method: String,
    /// The result.
    pub result: String,
    properties: Vec<(String, String)>,
}

impl MethodResult {
    /// The value of a property such as `header.d`; none when it is there twice and says two things.
    pub fn property(&self, key: &str) -> Option<&str> {
        let mut values = self
            .properties
            .iter()
            .filter(|(known, _)| known == key)
            .map(|(_, value)| value.as_str());
        let first = values.next()?;
        values.all(|value| value == first).then_some(first)
    }
}

impl AuthenticationResults {
    /// Takes a field's unfolded value apart.
    pub fn parse(value: &str) -> Self {
        let tokens = lex(value);
        let mut statements = tokens.split(|token| *token == Token::Semicolon);
        let first = statements.next().unwrap_or_default();
        let (authserv_id, leading) = match first {
            [Token::Word(_), Token::Equals, ..] => (None, MethodResult::parse(first)),
            [Token::Word(id), ..] => (Some(id.trim_end_matches('.').to_lowercase()), None),
            _ => (None, None),
        };
        let results = leading
            .into_iter()
            .chain(statements.filter_map(MethodResult::parse))
            .collect();
        Self { authserv_id, results }
    }
}

impl MethodResult {
    fn parse(statement: &[Token]) -> Option<Self> {
        let [Token::Word(method), Token::Equals, Token::Word(result), rest @ ..] = statement else {
            return None;
        };
        let method = method.split('/').next().unwrap_or_default().to_lowercase();
        let mut properties = Vec::new();
        let mut rest = rest;
        while let [first, after @ ..] = rest {
            rest = match rest {
                [Token::Word(key), Token::Equals, Token::Word(value), after @ ..] => {
                    properties.push((key.to_lowercase(), value.clone()));
                    after
                }
                _ if matches!(first, Token::Semicolon) => break,
                _ => after,
            };
        }
        Some(Self {
            method,
            result: result.to_lowercase(),
            properties,
        })
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Equals,
    Semicolon,
}

/// Words, with quotes taken off and comments left out. What stands in quotes is text, whatever it looks like.
fn lex(value: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => word.get_or_insert_default().push_str(&quoted(&mut chars)),
            '(' => {
                end_word(&mut word, &mut tokens);
                skip_comment(&mut chars);
            }
            ';' => {
                end_word(&mut word, &mut tokens);
                tokens.push(Token::Semicolon);
            }
            // An equals sign within a value is part of it: base64 ends in some.
            '=' if !(word.is_some() && tokens.last() == Some(&Token::Equals)) => {
                end_word(&mut word, &mut tokens);
                tokens.push(Token::Equals);
            }
            c if c.is_whitespace() => end_word(&mut word, &mut tokens),
            c => word.get_or_insert_default().push(c),
        }
    }
    end_word(&mut word, &mut tokens);
    tokens
}

fn end_word(word: &mut Option<String>, tokens: &mut Vec<Token>) {
    tokens.extend(word.take().map(Token::Word));
}

fn quoted(chars: &mut std::str::Chars<'_>) -> String {
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

fn skip_comment(chars: &mut std::str::Chars<'_>) {
    let mut depth = 1_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// An unfolded value without its comments.
pub(super) fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c == '(' {
            skip_comment(&mut chars);
            out.push(' ');
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::AuthenticationResults;

    #[test]
    fn comments_versions_quotes_and_case_are_understood() {
        let field = AuthenticationResults::parse(
            "MX.Acme.Example 1; (why) DKIM/1 = Pass (good (nested)) reason=\"a; dmarc=pass\" header.d = Acme.Example \
             header.b=aB12=; spf=fail smtp.mailfrom=\"x; y\"@evil.example",
        );
        assert_eq!(field.authserv_id.as_deref(), Some("mx.acme.example"));
        let methods: Vec<_> = field
            .results
            .iter()
            .map(|r| (r.method.as_str(), r.result.as_str()))
            .collect();
        assert_eq!(methods, [("dkim", "pass"), ("spf", "fail")]);
        assert_eq!(field.results[0].property("header.d"), Some("Acme.Example"));
        assert_eq!(field.results[1].property("smtp.mailfrom"), Some("x; y@evil.example"));
    }

    #[test]
    fn a_field_without_an_authserv_id_starts_with_a_result() {
        let field = AuthenticationResults::parse("spf=pass (ip) smtp.mailfrom=a.example; dmarc=pass action=none");
        assert_eq!(field.authserv_id, None);
        assert_eq!(field.results.len(), 2);
        assert_eq!(AuthenticationResults::parse("mx.example; none").results, []);
        assert_eq!(AuthenticationResults::parse("").authserv_id, None);
    }
}
