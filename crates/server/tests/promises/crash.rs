//! Crashes and restarts: the binary, in processes that are killed, against the simulator. A crash costs nothing but time.

mod bot_tests;
mod crawling;
mod data_keys;
mod deletion;
mod kills;
mod points;
mod process;
mod refusals;
mod replays;
mod replicas;
mod shutdown;
mod site;
mod tools;
