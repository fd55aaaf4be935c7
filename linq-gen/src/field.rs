//! A field of a request that can be left out, be null, or have a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a request that can be left out, be null, or have a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// It is left out.
    #[default]
    Absent,
    /// It is null.
    Null,
    /// It has a value.
    Value(T),
}

impl<T> Field<T> {
    /// Whether it is left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A field that is left out is not serialized at all; the generated types see to that.
impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => serializer.serialize_some(value),
        }
    }
}

/// A field that is there is null or has a value.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::deserialize(deserializer)?;
        Ok(value.map_or(Self::Null, Self::Value))
    }
}

#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Field<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Option::<T>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        Option::<T>::inline_schema()
    }
}

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Request {
        #[serde(default, skip_serializing_if = "Field::is_absent")]
        header: Field<String>,
    }

    #[test]
    fn each_state_has_its_json() {
        for (header, json) in [
            (Field::Absent, "{}"),
            (Field::Null, r#"{"header":null}"#),
            (Field::Value(String::new()), r#"{"header":""}"#),
            (Field::Value("x".to_owned()), r#"{"header":"x"}"#),
        ] {
            let request = Request { header };
            assert_eq!(serde_json::to_string(&request).unwrap(), json);
            assert_eq!(serde_json::from_str::<Request>(json).unwrap(), request);
        }
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn the_schema_is_that_of_an_option() {
        let mut schemas = schemars::SchemaGenerator::default();
        assert_eq!(
            schemas.subschema_for::<Field<String>>(),
            schemas.subschema_for::<Option<String>>()
        );
    }

    #[test]
    fn what_is_not_said_is_absent() {
        assert!(Request::default().header.is_absent());
    }
}
