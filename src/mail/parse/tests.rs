use super::attachment_octets;
