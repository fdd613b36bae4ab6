//! The list of families. A new one is a file in `models` that implements [`Family`], and its line here.

use std::any::Any;

use serde::{Deserialize, Serialize};

use crate::models::cgan::CganModel;
use crate::models::classifier::ClassifierModel;
use crate::models::dcgan::DcganModel;
use crate::models::family::Family;
use crate::models::network::Architecture;
use crate::models::pix2pix::Pix2pixModel;
use crate::models::pixelcnn::PixelCnnModel;
use crate::models::stylegan::StyleganModel;
use crate::models::vae::VaeModel;

/// Makes [`ModelConfig`] and everything that is answered by the model's own family.
macro_rules! families {
    ($($name:ident($model:ty)),+ $(,)?) => {
        /// What a card says of its model: one variant per family. In JSON it is `{"family": id, ..}` with the fields of its model.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "family", rename_all = "kebab-case")]
        pub enum ModelConfig {
            $(
                #[doc = concat!("[`", stringify!($model), "`].")]
                $name($model),
            )+
        }

        $(
            impl From<$model> for ModelConfig {
                fn from(model: $model) -> Self {
                    Self::$name(model)
                }
            }
        )+

        impl ModelConfig {
            /// Ids of all families.
            pub const FAMILIES: &[&str] = &[$(<$model as Family>::ID),+];

            /// Id of the model's family.
            pub fn family(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => <$model as Family>::ID,)+
                }
            }

            /// The networks with their names.
            ///
            /// # Errors
            /// A sentence when a number is out of bounds or a network too large to be one of ours.
            pub fn parts(&self) -> Result<Vec<(&'static str, Architecture)>, String> {
                match self {
                    $(Self::$name(model) => model.parts(),)+
                }
            }

            /// Channels, height and width of the images.
            pub fn image_shape(&self) -> [usize; 3] {
                match self {
                    $(Self::$name(model) => model.image_shape(),)+
                }
            }

            /// The model, if it is of family `F`.
            pub fn of<F: Family>(&self) -> Option<&F> {
                let model: &dyn Any = match self {
                    $(Self::$name(model) => model,)+
                };
                model.downcast_ref()
            }
        }
    };
}

families! {
    Dcgan(DcganModel),
    Cgan(CganModel),
    Vae(VaeModel),
    Classifier(ClassifierModel),
    PixelCnn(PixelCnnModel),
    Pix2pix(Pix2pixModel),
    Stylegan(StyleganModel),
}
