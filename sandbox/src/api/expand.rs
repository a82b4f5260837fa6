//! `expand[]`: replaces an id with its object. Only the institution can be expanded here.

use serde_json::Value;

use crate::error::ApiError;
use crate::world::institution::institution;

/// Expands the paths. A path that cannot be expanded is an error.
pub fn expand(answer: &mut Value, paths: &[String]) -> Result<(), ApiError> {
    for path in paths {
        let targets: Vec<&mut Value> = match (path.as_str(), answer["object"].as_str()) {
            (
                "institution",
                Some("financial_connections.account" | "financial_connections.authorization"),
            ) => {
                vec![&mut *answer]
            }
            ("data.institution", Some("list")) => {
                answer["data"].as_array_mut().into_iter().flatten().collect()
            }
            ("accounts.data.institution", Some("financial_connections.session")) => {
                answer["accounts"]["data"].as_array_mut().into_iter().flatten().collect()
            }
            _ => {
                return Err(ApiError::invalid(
                    "expand",
                    format!("This property cannot be expanded ({path})."),
                ));
            }
        };
        for target in targets {
            if let Some(bank) = target["institution"].as_str().and_then(institution) {
                target["institution"] = bank.to_json();
            }
        }
    }
    Ok(())
}
