import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumberString,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { roles, type Language, type Origin, type Role } from '#libs/domain/account/lifecycle';
import type { Method } from '#libs/domain/methods';
import { plans, type Plan } from '#libs/domain/tenant/plan';

/** May be left out; null is no value. */
const MayBeMissing = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export class PlanBody {
  @ApiPropertyOptional({ enum: plans })
  @MayBeMissing()
  @IsIn(plans)
  plan?: Plan;

  @ApiPropertyOptional()
  @MayBeMissing()
  @IsBoolean()
  trial?: boolean;
}

const languages: Language[] = ['ja', 'en'];
const contactMethods = ['email', 'sms', 'mobile-call', 'office-call'] as const;

export class NewContact {
  @ApiProperty({ enum: contactMethods })
  @IsIn(contactMethods)
  method!: Method;

  @ApiProperty({ example: '+81 9000000001', maxLength: 256 })
  @IsString()
  @MaxLength(256)
  contact!: string;
}

export class AdministerUserBody {
  @ApiPropertyOptional()
  @MayBeMissing()
  @IsBoolean()
  disabled?: boolean;

  @ApiPropertyOptional()
  @MayBeMissing()
  @IsBoolean()
  licensed?: boolean;

  @ApiPropertyOptional({ enum: languages })
  @MayBeMissing()
  @IsIn(languages)
  language?: Language;

  @ApiPropertyOptional({ enum: roles, isArray: true })
  @MayBeMissing()
  @IsArray()
  @ArrayUnique()
  @IsIn(roles, { each: true })
  roles?: Role[];

  @ApiPropertyOptional({ type: [String], description: 'ids of all groups the person is in by themselves' })
  @MayBeMissing()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @MaxLength(128, { each: true })
  groups?: string[];
}

export class CreateUserBody {
  @ApiProperty({ example: 'new.user@contoso.example', maxLength: 256 })
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  username!: string;

  @ApiPropertyOptional({ enum: ['cloud', 'hybrid'], default: 'cloud' })
  @MayBeMissing()
  @IsIn(['cloud', 'hybrid'])
  origin?: Origin;

  @ApiPropertyOptional({ enum: languages, default: 'en' })
  @MayBeMissing()
  @IsIn(languages)
  language?: Language;

  @ApiPropertyOptional({ enum: roles, isArray: true })
  @MayBeMissing()
  @IsArray()
  @ArrayUnique()
  @IsIn(roles, { each: true })
  roles?: Role[];

  @ApiPropertyOptional({ type: [String] })
  @MayBeMissing()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @MaxLength(128, { each: true })
  groups?: string[];

  @ApiPropertyOptional({ default: true })
  @MayBeMissing()
  @IsBoolean()
  licensed?: boolean;

  @ApiPropertyOptional({ type: [NewContact], description: 'counts only where the policy lets such contacts count' })
  @MayBeMissing()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => NewContact)
  contacts?: NewContact[];
}

export class PageQuery {
  @ApiPropertyOptional({ description: '1 to 200; 50 when left out' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @Matches(/^([1-9]\d?|1\d\d|200)$/)
  limit?: string;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'a user name, or its part before the @' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  name?: string;

  @ApiPropertyOptional({ description: 'a group’s id: its own members' })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  @Matches(/^\P{Cc}+$/u)
  group?: string;
}

export class GroupBody {
  @ApiProperty({ maxLength: 100 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;
}

export class MembersBody {
  @ApiProperty({ type: [String], maxItems: 100 })
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(100)
  @IsUUID(undefined, { each: true })
  accountIds!: string[];
}

export class DeleteGroupQuery {
  @ApiPropertyOptional({ description: 'the group’s name' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  confirm?: string;
}
