//! Implements generated enums: their known values are variants, and any other text is kept.

/// Implements conversion from and to text, serde and JSON Schema for an enum whose variant
/// `UnknownValue(String)` holds what is not among the known values.
#[allow(unused_macros)] // The spec need not have an enum.
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal),+ $(,)? }) => {
        impl $name {
            /// The values that this version knows.
            pub const KNOWN_VALUES: &'static [&'static str] = &[$($value),+];

            /// The value as it is sent and received.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::UnknownValue(value) => value,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)+
                    _ => Self::UnknownValue(value.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)+
                    _ => Self::UnknownValue(value),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok(value.into())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?;
                ::std::result::Result::Ok(value.into())
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({
                    "type": "string",
                    "examples": Self::KNOWN_VALUES,
                })
            }
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests {
    use progenitor_client::QueryParam;

    #[derive(Clone, Debug, PartialEq)]
    enum Size {
        Small,
        VeryLarge,
        UnknownValue(String),
    }

    open_enum!(Size {
        Small = "small",
        VeryLarge = "very large",
    });

    #[test]
    fn a_known_value_is_its_variant() {
        for (size, text) in [(Size::Small, "small"), (Size::VeryLarge, "very large")] {
            assert_eq!(Size::from(text), size);
            assert_eq!(Size::from(text.to_owned()), size);
            assert_eq!(text.parse(), Ok(size.clone()));
            assert_eq!((size.as_str(), size.to_string()), (text, text.to_owned()));
        }
        assert_eq!(Size::KNOWN_VALUES, ["small", "very large"]);
    }

    #[test]
    fn unknown_values_survive_a_round_trip() {
        for text in ["medium", "", "Small", "UnknownValue", "é\n\""] {
            let size = Size::from(text);
            assert_eq!(size, Size::UnknownValue(text.to_owned()));
            assert_eq!((size.as_str(), size.to_string()), (text, text.to_owned()));
            let json = serde_json::to_string(&size).unwrap();
            assert_eq!(json, serde_json::to_string(text).unwrap());
            assert_eq!(serde_json::from_str::<Size>(&json).unwrap(), size);
        }
    }

    #[test]
    fn a_new_value_does_not_spoil_its_list() {
        let sizes: Vec<Size> = serde_json::from_str(r#"["small", "huge"]"#).unwrap();
        assert_eq!(sizes, [Size::Small, Size::UnknownValue("huge".to_owned())]);
    }

    #[test]
    fn values_can_be_query_parameters() {
        let sizes = [Size::VeryLarge, "new & huge".into()].to_vec();
        let request = reqwest::Client::new()
            .get("http://127.0.0.1")
            .query(&QueryParam::new("size", &Some(&Size::Small)))
            .query(&QueryParam::new("sizes", &Some(&sizes)))
            .build();
        assert_eq!(
            request.unwrap().url().query(),
            Some("size=small&sizes=very+large&sizes=new+%26+huge")
        );
    }

    #[test]
    fn values_that_are_not_text_are_refused() {
        assert!(serde_json::from_str::<Size>("1").is_err());
        assert!(serde_json::from_str::<Size>("null").is_err());
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn the_json_schema_accepts_any_text() {
        let schema = schemars::schema_for!(Size).to_value();
        assert_eq!(schema["type"], "string");
        assert_eq!(
            schema["examples"],
            serde_json::json!(["small", "very large"])
        );
    }
}
