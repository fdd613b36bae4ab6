//! Equations of the tables, written in TeX and compiled to MathML.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use proc_macro::{Literal, TokenStream, TokenTree};
use syn::LitStr;

/// The inside of the MathML `math` element that shows a TeX equation in display style, as a `&'static str`.
///
/// ```
/// assert_eq!(tex::tex!(r"\frac{1}{n}"), "<mfrac><mn>1</mn><mi>n</mi></mfrac>");
/// ```
///
/// What is wrong in the TeX is an error of the compiler:
///
/// ```compile_fail
/// tex::tex!(r"\frac{1}");
/// ```
///
/// The pages' content security policy forbids inline styles. Cells of `cases`, `aligned` and `array` carry the class
/// `left` or `right` instead; TeX that needs any other style is an error:
///
/// ```compile_fail
/// tex::tex!(r"\color{red} x");
/// ```
#[proc_macro]
pub fn tex(input: TokenStream) -> TokenStream {
    let literal = syn::parse_macro_input!(input as LitStr);
    match inside(&literal.value()) {
        Ok(inside) => TokenTree::from(Literal::string(&inside)).into(),
        Err(problem) => syn::Error::new(literal.span(), problem)
            .into_compile_error()
            .into(),
    }
}

/// The content of the `math` element of `tex`.
fn inside(tex: &str) -> Result<String, String> {
    let converter =
        LatexToMathML::new(MathCoreConfig::default()).map_err(|(e, ..)| e.error_message())?;
    let math = converter
        .convert_with_local_state(tex, MathDisplay::Block)
        .map_err(|e| {
            let at = tex.get(e.0.start..).unwrap_or_default();
            format!("{}, at `{at}`", e.error_message())
        })?
        .mathml;
    let inside = math
        .strip_prefix("<math display=\"block\">")
        .and_then(|m| m.strip_suffix("</math>"))
        .ok_or("math-core wrote another element than `math`")?;
    classes(inside)
}

/// The same MathML with classes for the alignment of cells instead of inline styles.
fn classes(math: &str) -> Result<String, String> {
    let mut parts = math.split(" style=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (style, rest) = part.split_once('"').ok_or("an attribute without an end")?;
        let class = if style.starts_with("text-align: left;") {
            "left"
        } else if style.starts_with("text-align: right;") {
            "right"
        } else {
            return Err(format!("this TeX needs the inline style `{style}`"));
        };
        out += &format!(" class=\"{class}\"{rest}");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_aligned_by_classes() {
        let cases = inside(r"\begin{cases} 1 & x \\ 2 & y \end{cases}").unwrap();
        assert_eq!(cases.matches("<mtd class=\"left\">").count(), 4, "{cases}");
        let aligned = inside(r"\begin{aligned} a &= b \end{aligned}").unwrap();
        assert!(aligned.contains("<mtd class=\"right\"><mi>a</mi></mtd><mtd class=\"left\">"));
        assert!(!cases.contains(" style=") && !aligned.contains(" style="));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let unknown = inside(r"a + \unknown").unwrap_err();
        assert!(unknown.contains("\\unknown"), "{unknown}");
        assert!(inside(r"\frac{1}").is_err() && inside("a_").is_err() && inside("{").is_err());
        let coloured = inside(r"\color{red} x").unwrap_err();
        assert!(coloured.contains("inline style"), "{coloured}");
    }
}
