# Every command of the project. `make demo` and `make test` set up all they need on a machine with Python 3.11 or later.

PYTHON ?= python3
ARCH ?= arm64

export SAM_CLI_TELEMETRY = 0
# Whoever sets it would have every command of the tests compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
export UV_CUSTOM_COMPILE_COMMAND = make lock

BUILT := .aws-sam/build/template.yaml
DEV := .venv/bin
SAM := .venv-sam/bin
UV_COMPILE := "$(CURDIR)/$(DEV)/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url
# boto3 and what it needs are the Lambda runtime's own.
RUNTIME_PACKAGES := $(addprefix --no-emit-package=,boto3 botocore s3transfer python-dateutil six urllib3)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: rehearse-release contracts-oracle help demo dashboards monitoring bench-pipeline bench-images test-pillow-corpus bench-pacing proofs native test test-containers lint format build check-template lock clean publish image deploy smoke good go-back announce scan scan-secrets scan-packages ci-local fuzz fuzz-api describe bench-csv

help: ##=> Show this list
	@echo "Sluice takes in files on AWS. What make can do here:"
	@sed -n 's/^\([a-z-]*\):.*##=> /\1	/p' Makefile | while IFS='	' read -r name text; do printf '  %-20s%s\n' "$$name" "$$text"; done

demo: native .venv-sam/.complete .venv-local/.complete ##=> Take sample files from upload to outcome on this machine, without AWS
	@$(DEV)/sluice demo

test: lint native .venv-sam/.complete .venv-local/.complete ##=> Lint, and run every test (TESTS=tests/unit for some of them)
	@$(DEV)/pytest $(TESTS)

lint: .venv/.complete ##=> Check style, types and import rules
	@$(DEV)/ruff check --quiet .
	@$(DEV)/ruff format --quiet --check .
	@$(DEV)/mypy --no-error-summary
	@$(DEV)/lint-imports --no-logo

format: .venv/.complete ##=> Bring the code into its form
	@$(DEV)/ruff check --quiet --fix .
	@$(DEV)/ruff format --quiet .

build: .venv-sam/.complete ##=> Build functions and layer for Lambda (ARCH=arm64 or x86_64)
	@case "$(ARCH)" in arm64|x86_64) ;; *) echo "ARCH is arm64 or x86_64, not $(ARCH)." >&2; exit 1;; esac
	@PATH="$(CURDIR)/$(SAM):$$PATH" SLUICE_ARCH=$(ARCH) sam build --parameter-overrides Architecture=$(ARCH)
	@# From here on this is what `sam deploy` takes for granted, so that no function meets code for another processor.
	@sed -i.bak '/^  Architecture:/,/Default:/s/Default: .*/Default: $(ARCH)/' $(BUILT) && rm $(BUILT).bak && grep -A3 '^  Architecture:' $(BUILT) | grep -q 'Default: $(ARCH)'
	@du -sk .aws-sam/build/*/ | sort -n | awk '{ name = $$2; sub(/.*build\//, "", name); printf "%8.1f MiB  %s\n", $$1 / 1024, name }'

bench-pipeline: native .venv-sam/.complete .venv-local/.complete ##=> Measure load, latency, losses and costs on the local stack
	@$(DEV)/python -m tests.benchmarks.pipeline $(BENCH)

dashboards: native .venv-sam/.complete .venv-local/.complete ##=> Draw both dashboards from a run on the local stack (docs/pictures)
	@$(DEV)/python -m tests.benchmarks.dashboards $(BENCH)

bench-images: .venv-bench-images/.complete ##=> Measure the image engine against sharp (by npm) and Pillow
	@.venv-bench-images/bin/python -m tests.benchmarks.images $(BENCH)

contracts-oracle: native .venv-frictionless/.complete ##=> Hold contracts against frictionless, the reference implementation of Table Schema
	@PYTHONPATH=.:layers/core .venv-frictionless/bin/python -m pytest -q -W ignore tests/differential

test-pillow-corpus: .venv-bench-images/.complete ##=> Run the image engine over Pillow's own test images, fetched from the package index
	@.venv-bench-images/bin/python -m tests.benchmarks.images.corpus

bench-pacing: .venv/.complete ##=> Simulate how a burst drains against a downstream that degrades, with and without control
	@$(DEV)/python -m tests.benchmarks.pacing

proofs: native ##=> Try what must hold over thousands of arrivals, interleavings and faults; print what was tried
	@PROOFS=long $(DEV)/pytest --quiet --timeout 1800 tests/proofs

bench-csv: native .venv-bench/.complete .venv-sam/.complete .venv-local/.complete build/bench/xsv ##=> Measure the CSV profile against its peers (BENCH="--scale 0.1" for less)
	@XSV=build/bench/xsv/bin/xsv .venv-bench/bin/python -m tests.benchmarks.csv $(BENCH)
	@$(DEV)/python -m tests.benchmarks.csv.end_to_end

fuzz: .venv/.complete ##=> Fuzz the native scanner for half a minute (for longer: make -C tests/fuzz long SECONDS=1800)
	@$(MAKE) --no-print-directory -C tests/fuzz ci PYTHON="$(CURDIR)/$(DEV)/python"

fuzz-api: .venv/.complete .venv-fuzz/.complete ##=> Send the HTTP API requests made from its description for a minute (SECONDS=600 for longer)
	@$(DEV)/python -m tests.api_fuzz "$(CURDIR)/.venv-fuzz/bin/st" $(or $(SECONDS),60)

describe: .venv/.complete ##=> Write docs/openapi.json and the schema of a rule from the code
	@PYTHONPATH=layers/core POWERTOOLS_SERVICE_NAME=api POWERTOOLS_METRICS_NAMESPACE=Sluice $(DEV)/python -m sluice.api.describe docs

native: .venv/.complete ##=> Compile the native CSV scanner
	@$(MAKE) --silent -C layers/core/native PYTHON="$(CURDIR)/$(DEV)/python"

check-template: .venv/.complete .venv-sam/.complete ##=> Check template, state machines, dashboards and workflows
	@$(DEV)/pytest --quiet tests/template

# What a workflow was given stays in the environment: as text of a recipe, the shell would run what is in it.
publish: .venv-sam/.complete ##=> Put what `make build` built into the artifacts bucket as a release (RELEASE=commit ARTIFACTS=bucket)
	@test -f $(BUILT) || { echo "Nothing was built: make build." >&2; exit 1; }
	@$(SAM)/sam package --template-file $(BUILT) --s3-bucket "$$ARTIFACTS" --s3-prefix releases/code --no-resolve-s3 --output-template-file build/packaged.yaml
	@aws s3 cp build/packaged.yaml "s3://$$ARTIFACTS/releases/$$RELEASE/packaged.yaml"

image: ##=> Make the images from what was built, and push those that are not there yet (IMAGES=repository RELEASE=commit ARCH=arm64)
	@aws ecr get-login-password | docker login --username AWS --password-stdin "$${IMAGES%%/*}"
	@for function in inspect_file process_image; do \
		tag="$$IMAGES:$$(echo $$function | tr _ -)-$$RELEASE"; \
		docker manifest inspect "$$tag" >/dev/null 2>&1 || docker buildx build --platform linux/$(subst x86_64,amd64,$(ARCH)) \
			--provenance=false --push --tag "$$tag" --file functions/$$function/Dockerfile .aws-sam/build || exit; \
	done

deploy: .venv-sam/.complete ##=> Deploy a release (STAGE=staging RELEASE=commit ARTIFACTS=bucket EXECUTION_ROLE=arn BOUNDARY=arn)
	@case "$$STAGE" in staging|production) ;; *) echo "STAGE is staging or production, not '$$STAGE'." >&2; exit 1;; esac
	@printf '%s' "$$RELEASE" | grep -Eqx '[0-9a-f]{40}' || { echo "RELEASE is a commit, all 40 digits of it." >&2; exit 1; }
	@mkdir -p build && aws s3 cp "s3://$$ARTIFACTS/releases/$$RELEASE/packaged.yaml" build/packaged.yaml
	@# SAM looks for its settings beside the template.
	@$(SAM)/sam deploy --template-file build/packaged.yaml --config-file "$(CURDIR)/samconfig.toml" --config-env "$$STAGE" --s3-bucket "$$ARTIFACTS" --s3-prefix "deploy/$$STAGE" --no-resolve-s3 \
		--max-wait-duration 110 --role-arn "$$EXECUTION_ROLE" --no-confirm-changeset --no-fail-on-empty-changeset \
		--parameter-overrides $$($(SAM)/python requirements/overrides.py "$$STAGE") PermissionsBoundaryArn="$$BOUNDARY"

smoke: .venv/.complete ##=> Put a file for each processor into a deployed stack, and judge the outcomes (STAGE=staging)
	@$(DEV)/sluice --stack "sluice-$$STAGE" smoke

good: ##=> Remember the release whose smoke test passed (STAGE, RELEASE, ARTIFACTS)
	@printf '%s' "$$RELEASE" | aws s3 cp - "s3://$$ARTIFACTS/good/$$STAGE"

go-back: ##=> Deploy RELEASE again, or else the last one whose smoke test passed (STAGE, ARTIFACTS, EXECUTION_ROLE, BOUNDARY)
	@test -n "$$RELEASE" || RELEASE=$$(aws s3 cp "s3://$$ARTIFACTS/good/$$STAGE" -) || exit; \
	export RELEASE; $(MAKE) --no-print-directory deploy

announce: ##=> Tell who is interested how a deployment ended (STAGE, RELEASE, RESULT, DEPLOYMENTS=topic)
	@aws sns publish --topic-arn "$$DEPLOYMENTS" --subject "Sluice, $$STAGE: $$RESULT" --message "$$GITHUB_WORKFLOW of $${RELEASE:-the last good release} to $$STAGE: $$RESULT. $$GITHUB_SERVER_URL/$$GITHUB_REPOSITORY/actions/runs/$$GITHUB_RUN_ID"

scan: scan-secrets scan-packages ##=> Look for secrets in the repository, and for known vulnerabilities of what is locked

scan-secrets: .venv-scan/.complete ##=> Look for secrets in the repository
	@# 3 says that known lines have moved
	@git ls-files -z | xargs -0 sh -c '.venv-scan/bin/detect-secrets-hook --baseline .secrets.baseline "$$@" || test $$? -eq 3' sh

scan-packages: .venv-scan/.complete ##=> Look for known vulnerabilities of what is locked; asks the package index, and fails where that does not answer
	@for lock in requirements/*.txt layers/core/requirements.txt functions/*/requirements.txt; do .venv-scan/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r $$lock || exit; done

ci-local: .venv-act/.complete ##=> Run the workflow of continuous integration on this machine, in a clean clone (JOB=build; all jobs without)
	@sh tests/workflows/run.sh .venv-act/bin/act $(JOB)

test-containers: native .venv-sam/.complete .venv-local/.complete ##=> Run every function, as Lambda gets it, in a container (with Docker, or as root on Debian)
	@CONTAINERS=1 $(DEV)/pytest --quiet -rs --timeout 900 tests/containers

rehearse-release: native .venv-sam/.complete .venv-local/.complete ##=> Release a good version and broken ones on the local stack, while files flow (VERSIONS="2 3c" for some)
	@$(DEV)/python -m tests.rehearsal $(VERSIONS)

privileges: native .venv-sam/.complete .venv-local/.complete ##=> Run the end-to-end tests, and hold all that they called against the roles, both ways
	@$(DEV)/pytest --quiet tests/e2e tests/template/test_privileges.py
	@$(DEV)/python -m tests.privileges

monitoring: .venv/.complete ##=> Write templates/monitoring.yaml anew, so that it watches all that template.yaml has
	@$(DEV)/python -m monitoring

lock: .venv/.complete ##=> Compile the locks of all dependencies from requirements/*.in (UPGRADE=--upgrade for newer ones)
	@cd requirements && for name in bootstrap dev sam local lambda-runtime fuzz bench-images scan act bench xsv frictionless; do $(UV_COMPILE) $(UPGRADE) $$name.in -o $$name.txt || exit; done
	@cd layers/core && $(UV_COMPILE) $(UPGRADE) $(RUNTIME_PACKAGES) requirements.in -o requirements.txt
	@for name in process_image files_api rules_api; do (cd functions/$$name && $(UV_COMPILE) $(UPGRADE) requirements.in -o requirements.txt) || exit; done

clean: ##=> Remove environments, builds and caches
	rm -rf .venv .venv-* .aws-sam build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment is complete when its stamp says so, and is made again when its lock is newer than that.
.venv/.complete: requirements/dev.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv requirements/dev.txt .

.venv-sam/.complete: requirements/sam.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-sam requirements/sam.txt

.venv-frictionless/.complete: requirements/frictionless.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-frictionless requirements/frictionless.txt

.venv-bench-images/.complete: requirements/bench-images.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-bench-images requirements/bench-images.txt

.venv-bench/.complete: requirements/bench.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-bench requirements/bench.txt

# The program xsv alone: its wheel says that it is for Python 3.8, and runs without any. Where there is none, it is left out.
build/bench/xsv: requirements/xsv.txt .venv/.complete
	@$(DEV)/uv pip install --quiet --no-deps --require-hashes --only-binary :all: --python-version 3.8 --target $@ -r $< || mkdir -p $@

.venv-fuzz/.complete: requirements/fuzz.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-fuzz requirements/fuzz.txt

.venv-local/.complete: requirements/local.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-local requirements/local.txt

.venv-act/.complete: requirements/act.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-act requirements/act.txt

.venv-scan/.complete: requirements/scan.txt requirements/bootstrap.txt
	@sh requirements/environment.sh "$(PYTHON)" .venv-scan requirements/scan.txt
