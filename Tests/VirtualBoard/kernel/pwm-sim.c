// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * A PWM chip of two channels that drives nothing: what is written to /sys/class/pwm can be read there, and the kernel's own checks apply
 * (no duty longer than the period, no change of polarity while enabled).
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>

static int pwm_sim_apply(struct pwm_chip *chip, struct pwm_device *pwm, const struct pwm_state *state)
{
	return 0;
}

static const struct pwm_ops pwm_sim_ops = {
	.apply = pwm_sim_apply,
	.owner = THIS_MODULE,
};

static struct pwm_chip pwm_sim_chip = {
	.ops = &pwm_sim_ops,
	.npwm = 2,
};

static struct platform_device *pwm_sim_device;

static int __init pwm_sim_init(void)
{
	int error;

	pwm_sim_device = platform_device_register_simple("pwm-sim", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pwm_sim_device))
		return PTR_ERR(pwm_sim_device);
	pwm_sim_chip.dev = &pwm_sim_device->dev;
	error = pwmchip_add(&pwm_sim_chip);
	if (error)
		platform_device_unregister(pwm_sim_device);
	return error;
}

static void __exit pwm_sim_exit(void)
{
	pwmchip_remove(&pwm_sim_chip);
	platform_device_unregister(pwm_sim_device);
}

module_init(pwm_sim_init);
module_exit(pwm_sim_exit);
MODULE_DESCRIPTION("A PWM chip without hardware");
MODULE_LICENSE("GPL");
