package templates

import "encoding/json"

// loadOffers makes the asset with the words in which each language offers a
// page to its readers. A page asks for it only when it has something to offer,
// so no page carries the words of all languages.
func (s *Set) loadOffers() error {
	type offer struct {
		Said  string `json:"said"`
		Close string `json:"close"`
		Dir   string `json:"dir"`
	}
	offers := map[string]offer{}
	for _, l := range s.Languages() {
		offers[l.Tag] = offer{s.Message(l.Tag, "offer.said"), s.Message(l.Tag, "offer.close"), l.Dir}
	}
	data, err := json.Marshal(offers)
	if err != nil {
		return err
	}
	s.assets["offers.json"] = newAsset("offers.json", data)
	return nil
}
