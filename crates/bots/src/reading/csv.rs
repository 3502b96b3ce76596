//! Tables: a paragraph for each row, so that each is found and quoted with the names of its columns.

/// Rows that are read, at most.
const MOST_ROWS: usize = 20_000;

/// `Name: value` line by line for each row; a table of one column is read as lines.
pub(super) fn paragraphs(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let rows = rows(text, delimiter(text));
    let Some((head, rows)) = rows.split_first() else { return String::new() };
    if head.len() < 2 {
        let lines = std::iter::once(head).chain(rows).filter_map(|row| row.first());
        return lines.map(|cell| cell.trim()).collect::<Vec<_>>().join("\n\n");
    }
    let paragraph = |row: &Vec<String>| -> String {
        let cells = row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        let line = |(column, cell): (usize, &String)| match head.get(column).map(|name| name.trim()) {
            Some(name) if !name.is_empty() => format!("{name}: {}", cell.trim()),
            _ => cell.trim().to_owned(),
        };
        cells.map(line).collect::<Vec<_>>().join("\n")
    };
    rows.iter().map(paragraph).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The one of the three that the first line has most of.
fn delimiter(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: char| first.matches(delimiter).count();
    // The last of equals is taken: a comma where there is none of them.
    [';', '\t', ','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(',')
}

fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            _ if quoted => cell.push(c),
            '\r' => {}
            '\n' => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                if rows.len() > MOST_ROWS {
                    return rows;
                }
            }
            _ if c == delimiter => row.push(std::mem::take(&mut cell)),
            _ => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
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
    #[case("A,B\n1,2,3", "A: 1\nB: 2\n3")]
    #[case("", "")]
    fn each_row_is_a_paragraph_under_its_columns(#[case] table: &str, #[case] text: &str) {
        assert_eq!(paragraphs(table), text);
    }
}
