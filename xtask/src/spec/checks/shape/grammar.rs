//! The words in which the objects of OpenAPI are described.

pub(crate) enum Shape {
    Text,
    Flag,
    Number,
    /// A whole number, from 0.
    Count,
    Any,
    Choice(&'static [&'static str]),
    List(&'static Self),
    Map(&'static Self),
    FlagOr(&'static Self),
    /// By status code.
    Responses(&'static Object),
    Object(&'static Object),
}

pub(crate) struct Object {
    pub(crate) name: &'static str,
    /// The section of `components` that a `$ref` in its place leads to.
    pub(crate) section: Option<&'static str>,
    pub(crate) fields: &'static [Field],
    /// Fields of which there is exactly one.
    pub(crate) one_of: &'static [&'static str],
}

pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: &'static Shape,
    /// How to write it where it is missing; none if it need not be there.
    pub(crate) example: Option<&'static str>,
    /// The `type` of the object that needs it.
    pub(crate) when: Option<&'static str>,
}

pub(crate) const fn may(name: &'static str, shape: &'static Shape) -> Field {
    Field {
        name,
        shape,
        example: None,
        when: None,
    }
}

pub(crate) const fn must(
    name: &'static str,
    shape: &'static Shape,
    example: &'static str,
) -> Field {
    Field {
        name,
        shape,
        example: Some(example),
        when: None,
    }
}

/// Needed where the field `type` says so.
pub(crate) const fn must_for(
    name: &'static str,
    shape: &'static Shape,
    kind: &'static str,
    example: &'static str,
) -> Field {
    Field {
        name,
        shape,
        example: Some(example),
        when: Some(kind),
    }
}

pub(crate) const fn object(name: &'static str, fields: &'static [Field]) -> Object {
    Object {
        name,
        section: None,
        fields,
        one_of: &[],
    }
}

pub(crate) const fn component(
    name: &'static str,
    section: &'static str,
    fields: &'static [Field],
) -> Object {
    Object {
        name,
        section: Some(section),
        fields,
        one_of: &[],
    }
}
