//! Enums whose strings have one home: the id that links, the command line and the catalog use, and
//! the title that people read.

/// One selectable value as the catalog shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// Kebab-case id, the same in links and on the command line.
    pub id: &'static str,
    /// Title shown to the user.
    pub title: &'static str,
}

/// Declares an enum together with its ids and titles.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $id:literal, $title:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order in which people see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Ids and titles, in the order of [`Self::ALL`].
            pub const CHOICES: &'static [$crate::choice::Choice] =
                &[$($crate::choice::Choice { id: $id, title: $title }),+];

            /// The id of this value.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// The title of this value.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// The value with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use choices;
