//! Tables: a paragraph for each row, so that each is found and quoted with the names of its columns.

use std::iter;

use csv::{ReaderBuilder, StringRecord};

/// `Name: value` line by line for each row; a table that begins with a single cell is read as it is. Ends where there is
/// more than `most` bytes of it: long names, said again for each row, make much of little.
pub(super) fn paragraphs(table: &str, most: usize) -> String {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(table))
        .from_reader(table.as_bytes());
    let mut rows = reader.into_records().map_while(Result::ok);
    let Some(head) = rows.next() else { return String::new() };
    if head.len() > 1 {
        return joined(rows.map(|row| paragraph(&head, &row)), most);
    }
    let nameless = StringRecord::new();
    joined(iter::once(head).chain(rows).map(|row| paragraph(&nameless, &row)), most)
}

fn paragraph(head: &StringRecord, row: &StringRecord) -> String {
    let cells = row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    let line = |(column, cell): (usize, &str)| match head.get(column).map(str::trim) {
        Some(name) if !name.is_empty() => format!("{name}: {}", cell.trim()),
        _ => cell.trim().to_owned(),
    };
    cells.map(line).collect::<Vec<_>>().join("\n")
}

fn joined(paragraphs: impl Iterator<Item = String>, most: usize) -> String {
    let mut text = String::new();
    for paragraph in paragraphs.filter(|it| !it.is_empty()) {
        if text.len() > most {
            break;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&paragraph);
    }
    text
}

/// The one of the three that the first line has most of.
fn delimiter(table: &str) -> u8 {
    let first = table.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    // The last of equals is taken: a comma where there is none of them.
    [b';', b'\t', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::paragraphs;

    #[rstest]
    #[case("Bread,Price\nRye,90\nWheat,70\n", "Bread: Rye\nPrice: 90\n\nBread: Wheat\nPrice: 70")]
    #[case("Ekmek;Fiyat\r\n\"Çavdar; tam\";90\r\n;\r\n", "Ekmek: Çavdar; tam\nFiyat: 90")]
    #[case("Q\tA\n\"Two\nlines\"\t\"He said \"\"yes\"\"\"", "Q: Two\nlines\nA: He said \"yes\"")]
    #[case("Name\nRye\nWheat", "Name\n\nRye\n\nWheat")]
    #[case("Our prices\nRye,90\n", "Our prices\n\nRye\n90")]
    #[case("\n\nA,B\n1,2,3", "A: 1\nB: 2\n3")]
    #[case("A,B\n\"1,2", "A: 1,2")]
    #[case("", "")]
    fn each_row_is_a_paragraph_under_its_columns(#[case] table: &str, #[case] text: &str) {
        assert_eq!(paragraphs(table, 1_000), text);
    }

    #[test]
    fn a_table_ends_where_it_is_more_than_may_be() {
        let table = format!("{},b\n{}", "a".repeat(100), "1\n".repeat(1_000));
        assert!((1_000..1_200).contains(&paragraphs(&table, 1_000).len()));
    }
}
