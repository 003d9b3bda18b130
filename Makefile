# The short menu. "make test" installs what it needs (Go, Node, and root or
# sudo on Debian), "make assets" Node; "make run" and "make check" need Go alone.

.PHONY: help run test check trust assets shapes passwords bench bench-relevance

help: ## this menu
	@sed -n 's/^\([a-z-]*\): ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

ENTRIES ?= 10000
CODE = cmd practices regions search server templates

run: ## serve the catalogue on http://127.0.0.1:8080/
	go run ./cmd/opendoor

check: ## formatting, vet, lint of the entries, all tests but those in a browser: seconds
	@test -z "$$(gofmt -l $(CODE))" || { echo "gofmt would change:"; gofmt -l $(CODE); exit 1; }
	go vet ./...
	go run ./cmd/opendoor lint
	BROWSER_TESTS=skip go test -timeout 30m ./...

test: ## everything, with a real browser and validators; installs what is missing
	tools/install
	go run ./cmd/assets
	POSTGRES_TESTS=required $(MAKE) check
	BROWSER_TESTS=required go test -timeout 30m -count=1 ./server -run 'Browser|Valid'

trust: ## the fault tests in full, with a table of what was measured: kills, restarts, replicas, erasure
	tools/install
	tools/trust

assets: ## bundle the script that makes the map smooth; without it every page works as it is
	cd tools && npm ci --ignore-scripts --no-audit --no-fund --silent
	go run ./cmd/assets

shapes: ## whether the outlines of countries are what is derived from Natural Earth and policy.json
	cd tools/shapes && npm ci --ignore-scripts --no-audit --no-fund --silent && node derive.mjs --check
	go test ./regions -count=1

passwords: ## whether the list of breached passwords is what is derived from that of SecLists
	cd tools/passwords && npm ci --ignore-scripts --no-audit --no-fund --silent && node derive.mjs --check

bench: ## speed and size, as ratios against a baseline in the same run
	go test ./server ./search ./practices -run '^$$' -bench . -skip 'Ratios|Wild|Results|Swap' -benchtime 1s
	go test ./search -run '^$$' -bench 'Ratios|Wild' -benchtime 1x -timeout 60m -entries $(ENTRIES)
	go test ./server -run '^$$' -bench 'Results|Swap' -benchtime 1x -timeout 30m
	go test ./server -run TestFigures -count=1 -v

bench-relevance: ## how well search answers: judged queries, and public collections in the folder COLLECTIONS
	go test ./search -count=1 -v -run 'TestJudged|TestCollections' -collections "$(COLLECTIONS)"
