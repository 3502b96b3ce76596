//! `#[derive(Row)]` for the row structs of `switchboard-store`, which are read from both engines.

use proc_macro::TokenStream;
use quote::quote;
use syn::{
    Data, DeriveInput, Error, Field, Fields, Ident, LitStr, Result, Type, ext::IdentExt as _, parse_macro_input,
};

/// Reads a struct from a row by the names of its columns, on `PostgreSQL` and on `SQLite`.
///
/// A field is the column of its name; `#[row(rename = "type")]` names another, and `#[row(flatten)]` reads a field that is
/// itself a `Row` from the same row. Only for structs of `switchboard-store`: what it expands to names that crate `crate`.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn expand(input: &DeriveInput) -> Result<proc_macro2::TokenStream> {
    let name = &input.ident;
    let fields = fields(input)?;
    let names = fields.iter().map(|field| &field.name);
    let from_postgres = fields.iter().map(|field| match &field.source {
        Source::Column(column) => quote!(::sqlx::Row::try_get(row, #column)?),
        Source::Flattened(_) => quote!(::sqlx::FromRow::from_row(row)?),
    });
    let find = fields.iter().map(|field| match &field.source {
        Source::Column(column) => quote!(columns.find(#column)?;),
        Source::Flattened(ty) => quote!(<#ty as crate::sqlite::Row>::find(columns)?;),
    });
    let from_sqlite = fields.iter().map(|field| match &field.source {
        Source::Column(_) => quote!(values.next()?),
        Source::Flattened(ty) => quote!(<#ty as crate::sqlite::Row>::read(values)?),
    });
    let (of_postgres, of_sqlite) = (names.clone(), names);
    Ok(quote! {
        impl<'r> ::sqlx::FromRow<'r, ::sqlx::postgres::PgRow> for #name {
            fn from_row(row: &'r ::sqlx::postgres::PgRow) -> ::sqlx::Result<Self> {
                Ok(Self { #(#of_postgres: #from_postgres),* })
            }
        }

        impl crate::sqlite::Row for #name {
            fn find(columns: &mut crate::sqlite::Columns<'_>) -> ::rusqlite::Result<()> {
                #(#find)*
                Ok(())
            }

            fn read(values: &mut crate::sqlite::Values<'_>) -> ::rusqlite::Result<Self> {
                Ok(Self { #(#of_sqlite: #from_sqlite),* })
            }
        }
    })
}

struct Read {
    name: Ident,
    source: Source,
}

enum Source {
    Column(String),
    Flattened(Type),
}

fn fields(input: &DeriveInput) -> Result<Vec<Read>> {
    let Data::Struct(data) = &input.data else { return Err(Error::new_spanned(input, "a row is a struct")) };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(input, "a row's fields have names"));
    };
    fields.named.iter().map(read).collect()
}

fn read(field: &Field) -> Result<Read> {
    let name = field.ident.clone().ok_or_else(|| Error::new_spanned(field, "a row's fields have names"))?;
    let mut source = Source::Column(name.unraw().to_string());
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("flatten") {
                source = Source::Flattened(field.ty.clone());
            } else if meta.path.is_ident("rename") {
                source = Source::Column(meta.value()?.parse::<LitStr>()?.value());
            } else {
                return Err(meta.error("`flatten` or `rename = \"…\"`"));
            }
            Ok(())
        })?;
    }
    Ok(Read { name, source })
}
