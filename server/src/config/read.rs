//! The whole configuration, or the part of it that an operator's command needs; or everything that is wrong with it.

use super::live;
use super::mode::Mode;
use super::reader::Reader;
use super::values::Config;
use relink_backend::{Database, Secret};

impl Config {
    /// Reads variables from `lookup`; an empty one counts as not set. What is wrong is answered in sentences, all of it.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        Reader::new(lookup).read(|reader| {
            let mut config = reader.config();
            let demands = reader.demands().into_iter().chain(live::demands(&config));
            match config.mode {
                Mode::Live => demands.for_each(|demand| reader.mistake(demand)),
                Mode::Test => config.would_stop_live = demands.collect(),
            }
            config
        })
    }

    /// The database alone: enough for an operator's command. Where the environment is a live server's, the way there is private.
    pub fn read_database(lookup: impl Fn(&str) -> Option<String>) -> Result<Database, Vec<String>> {
        Reader::new(lookup).read(private_database)
    }

    /// The database and what it is sealed with, the current secret and the one before.
    pub fn read_sealing(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<(Database, Secret, Option<Secret>), Vec<String>> {
        Reader::new(lookup)
            .read(|reader| (private_database(reader), reader.secret(), reader.secret_previous()))
    }
}

fn private_database<L: Fn(&str) -> Option<String>>(reader: &Reader<L>) -> Database {
    let database = reader.database();
    if !database.is_private() && reader.is_live() {
        reader.mistake(live::PRIVATE_DATABASE.into());
    }
    database
}
