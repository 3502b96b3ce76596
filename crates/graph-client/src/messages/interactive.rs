use serde::{Deserialize, Serialize};

use super::body::MediaRef;

/// A message with something to press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Interactive {
    /// Up to three reply buttons.
    Buttons {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<Header>,
        body: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        buttons: Vec<Button>,
    },
    /// A button that opens a list of up to ten rows.
    List {
        /// Only a text header is allowed here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<Header>,
        body: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        /// The label of the button that opens the list.
        button: String,
        sections: Vec<Section>,
    },
    /// A button that opens a web page.
    CtaUrl {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<Header>,
        body: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        display_text: String,
        url: String,
    },
    /// A button that sends the customer's location.
    LocationRequest { body: String },
    /// A button that sends the customer's phone number.
    RequestContactInfo { body: String },
}

impl Interactive {
    pub(super) fn header(&self) -> Option<&Header> {
        match self {
            Self::Buttons { header, .. } | Self::List { header, .. } | Self::CtaUrl { header, .. } => header.as_ref(),
            Self::LocationRequest { .. } | Self::RequestContactInfo { .. } => None,
        }
    }

    pub(super) fn header_mut(&mut self) -> Option<&mut Header> {
        match self {
            Self::Buttons { header, .. } | Self::List { header, .. } | Self::CtaUrl { header, .. } => header.as_mut(),
            Self::LocationRequest { .. } | Self::RequestContactInfo { .. } => None,
        }
    }
}

/// What stands above the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Header {
    Text { text: String },
    Image { image: MediaRef },
    Video { video: MediaRef },
    Document { document: MediaRef },
}

impl Header {
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Video { .. } => "video",
            Self::Document { .. } => "document",
        }
    }

    pub(super) fn media(&self) -> Option<&MediaRef> {
        match self {
            Self::Text { .. } => None,
            Self::Image { image: media } | Self::Video { video: media } | Self::Document { document: media } => {
                Some(media)
            }
        }
    }

    pub(super) fn media_mut(&mut self) -> Option<&mut MediaRef> {
        match self {
            Self::Text { .. } => None,
            Self::Image { image: media } | Self::Video { video: media } | Self::Document { document: media } => {
                Some(media)
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back when the button is pressed.
    pub id: String,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Required when there are several sections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Comes back when the row is chosen.
    pub id: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
