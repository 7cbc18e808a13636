A := ssh
.PHONY: all
all: b ; @echo $(A)
b:
	@for i in 1 2; do \
	  echo $$i; done
	-ls -R $(shell date)
define x
echo 1
endef
ifeq ($(A),ssh)
c:
	$(call x)
endif
include other.mk
