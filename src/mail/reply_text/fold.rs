//! Words as they are compared.

/// Lower case and without accents; `None` for what is neither letter nor digit.
pub(in crate::mail) fn fold(c: char) -> Option<char> {
    let lower = c.to_lowercase().next().unwrap_or(c);
    Some(match lower {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        c if c.is_alphanumeric() => c,
        _ => return None,
    })
}
