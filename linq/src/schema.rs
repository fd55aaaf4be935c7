//! JSON Schemas for the tools of language models.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::error::Error;

/// The JSON Schema of a type, as the tool calls (function calls) of language models take it: an object that refers
/// to nothing outside of itself. Needs the feature `schemars`.
///
/// `T` is a struct of yours with the arguments of the tool; [`PhoneNumber`](crate::PhoneNumber) and
/// the types that this crate returns can be in it. Its documentation becomes the descriptions. The
/// example `tool_definition` has a whole tool.
///
/// ```
/// use linq::PhoneNumber;
///
/// #[derive(schemars::JsonSchema, serde::Deserialize)]
/// struct FindCard {
///     /// The line whose card to find.
///     phone_number: PhoneNumber,
/// }
///
/// let schema = linq::schema::<FindCard>()?;
/// assert_eq!(schema["type"], "object");
/// assert_eq!(schema["properties"]["phone_number"]["description"], "The line whose card to find.");
/// # Ok::<(), linq::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::is_invalid_input`] if `T` is not always a JSON object, such as a string or an enum:
/// models only take tools whose arguments are.
pub fn schema<T: JsonSchema>() -> Result<Value, Error> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let schema = schema.to_value();
    if schema.get("type").is_none_or(|kind| kind != "object") {
        let name = T::schema_name();
        return Err(Error::invalid_input(format!(
            "the schema of {name} is not that of an object; put it into a struct"
        )));
    }
    Ok(schema)
}
