# syntax=docker/dockerfile:1
ARG A=ss
FROM debian:12 AS base
ENV B=h C="-R x"
SHELL ["/bin/bash", "-c"]
RUN --mount=type=cache,target=/x apt-get update && \
    echo ${A}${B} \
    # a comment
    && curl -fsSL https://get.example/x.sh | sh
RUN <<EOF bash
ls -R
EOF
COPY --from=base <<E /run.sh
#!/bin/sh
git status
E
HEALTHCHECK CMD ["/run.sh"]
ONBUILD RUN make
ENTRYPOINT ["sh", "-c", "${B} $C"]
CMD ssh -L 1:h:2 h
