package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

// suppressedFile lists the versions that are not shown, by blob, each with the
// reason. It is part of what is published, so every server knows it.
const suppressedFile = metaDir + "/suppressed.yml"

// suppressed reads the list as it stands on main. One that cannot be read is
// an error: to show what was to be hidden would be worse than to stop.
func (r *Repository) suppressed(ctx context.Context) (map[string]string, error) {
	o, err := r.objects.read(ctx, mainRef+":"+suppressedFile)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseSuppressed(o.data)
}

func parseSuppressed(data []byte) (map[string]string, error) {
	list := map[string]string{}
	if err := yaml.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", suppressedFile, err)
	}
	for blob := range list {
		if !isHex(blob, 40) {
			return nil, fmt.Errorf("%s: %q is not the name of a blob", suppressedFile, blob)
		}
	}
	return list, nil
}

func formatSuppressed(list map[string]string) []byte {
	var b bytes.Buffer
	b.WriteString("# Versions that are not shown: the git blob of each, and why.\n")
	for _, blob := range slices.Sorted(maps.Keys(list)) {
		why, _ := yaml.Marshal(list[blob])
		fmt.Fprintf(&b, "%q: %s", blob, why)
	}
	return b.Bytes()
}
