//! Opening weights on a page: shipped ones, and those that a person brings.

use burn::tensor::Device;

use super::EXHIBITS;
use super::exhibit::{Exhibit, View};
use super::explore::Explore;
use crate::limits::excerpt;
use crate::weights;

impl Exhibit {
    /// Opens weights from their card and file.
    ///
    /// # Errors
    /// A sentence when the card or the file cannot be used, or is for another page.
    pub fn explorer(
        &self,
        card: &str,
        weights: &[u8],
        device: Device,
    ) -> Result<Box<dyn Explore>, String> {
        let (card, states) = weights::open(card, weights)?;
        let family = card.config.family();
        if family == self.family {
            return (self.open)(card, states, device);
        }
        let name = excerpt(&card.id);
        Err(match EXHIBITS.iter().find(|row| row.family == family) {
            Some(home) => format!(
                "{name} is a network of the family {family}: bring both files to its page, {}.html.",
                home.id
            ),
            None => format!("{name} is a network of the family {family}, which no page shows."),
        })
    }

    /// Ids of the views that weights can fill, shipped or not.
    pub fn views_for(&self, model: &dyn Explore) -> Vec<&'static str> {
        let suits = |view: &&View| view.weights.is_empty() || model.suits(view.id);
        self.views
            .iter()
            .filter(suits)
            .map(|view| view.id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::exhibit;
    use super::*;
    use crate::models::classifier::{ClassifierConfig, ClassifierModel};
    use crate::weights::tests::{random, small};
    use crate::weights::{Card, Direction, ModelConfig};

    fn vae(labels: usize) -> (Card, Vec<u8>) {
        random(small(labels))
    }

    fn open(page: &str, (card, bytes): &(Card, Vec<u8>)) -> Result<Box<dyn Explore>, String> {
        let card = serde_json::to_string(card).unwrap();
        let row = exhibit(page).unwrap();
        row.explorer(&card, bytes, crate::device::cpu())
    }

    #[test]
    fn every_family_of_a_page_is_one() {
        for row in EXHIBITS {
            assert!(ModelConfig::FAMILIES.contains(&row.family), "{}", row.id);
        }
    }

    #[test]
    fn weights_of_another_page_are_sent_there() {
        let refused = |page: &str, made: &(Card, Vec<u8>)| open(page, made).err().unwrap();
        assert_eq!(
            refused("dcgan", &vae(0)),
            "test is a network of the family vae: bring both files to its page, vae.html."
        );
        let classifier = random(ClassifierModel {
            networks: ClassifierConfig {
                channels: 1,
                features: 2,
                colours: 1,
                side: 4,
                halvings: 1,
                attributes: vec![("a".into(), vec!["b".into(), "c".into()])],
            },
        });
        assert_eq!(
            refused("vae", &classifier),
            "test is a network of the family classifier, which no page shows."
        );
    }

    #[test]
    fn weights_fill_the_views_that_they_have_what_it_takes_for() {
        let row = exhibit("vae").unwrap();
        let views = |made: &(Card, Vec<u8>)| row.views_for(open("vae", made).unwrap().as_ref());
        let everywhere = ["manifold", "draw", "trade", "autoencoder"];
        assert_eq!(views(&vae(0)), everywhere);
        assert!(views(&vae(3)).contains(&"labels"));
        let (mut card, bytes) = vae(0);
        card.directions = vec![Direction {
            id: "first".into(),
            title: "First".into(),
            kind: "principal".into(),
            vector: vec![1.0, 0.0],
        }];
        assert!(views(&(card, bytes)).contains(&"attributes"));
    }
}
